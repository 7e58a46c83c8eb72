package org.fieldcore.demo

import android.app.Activity
import android.app.Application
import android.content.Context
import android.os.Bundle
import org.fieldcore.Transport
import org.fieldcore.UrlTransport
import org.fieldcore.ffi.KeyVault
import java.io.File

/** What a test puts something else in the place of. */
interface Surroundings {
    fun vault(context: Context, folder: File): KeyVault

    fun transport(): Transport
}

/** A phone's own. */
object Phone : Surroundings {
    override fun vault(context: Context, folder: File): KeyVault = FileVault(folder, KeystoreWrapping())

    override fun transport(): Transport = UrlTransport()
}

/** The process. It holds the desk, and lets the journal sleep while no screen is shown. */
open class FieldApp : Application() {
    open val surroundings: Surroundings = Phone
    lateinit var desk: Desk
        internal set

    override fun onCreate() {
        super.onCreate()
        desk = Desk(this, surroundings)
        registerActivityLifecycleCallbacks(Watch())
    }

    private inner class Watch : ActivityLifecycleCallbacks {
        private var turning = false

        override fun onActivityStarted(activity: Activity) {
            if (!turning) desk.hold()
            turning = false
        }

        override fun onActivityStopped(activity: Activity) {
            // A screen that is turned comes back at once; the journal need not sleep for that.
            turning = activity.isChangingConfigurations
            if (!turning) desk.release()
        }

        override fun onActivityCreated(activity: Activity, saved: Bundle?) = Unit

        override fun onActivityResumed(activity: Activity) = Unit

        override fun onActivityPaused(activity: Activity) = Unit

        override fun onActivitySaveInstanceState(activity: Activity, state: Bundle) = Unit

        override fun onActivityDestroyed(activity: Activity) = Unit
    }
}
