// For Android Studio. NOT RUN by the project's own checks: its build host has neither the Android SDK nor
// Google's repository. pom.xml is what compiles and tests this app there.
pluginManagement {
    repositories {
        google()
        mavenCentral()
        gradlePluginPortal()
    }
}
dependencyResolutionManagement {
    repositoriesMode.set(RepositoriesMode.FAIL_ON_PROJECT_REPOS)
    repositories {
        google()
        mavenCentral()
    }
}
rootProject.name = "fieldcore-android-demo"
