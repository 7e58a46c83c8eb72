package org.fieldcore.demo

import android.app.job.JobInfo
import android.app.job.JobParameters
import android.app.job.JobScheduler
import android.app.job.JobService
import android.content.ComponentName
import android.content.Context
import kotlinx.coroutines.Job
import kotlinx.coroutines.launch

/** Syncs while no screen is shown. When to come again is the core's word. */
class SyncJob : JobService() {
    private var work: Job? = null

    override fun onStartJob(parameters: JobParameters): Boolean {
        val desk = (application as FieldApp).desk
        desk.hold()
        work =
            desk.scope.launch {
                try {
                    val told = desk.sync(pressed = false)
                    jobFinished(parameters, told == null)
                    if (told != null) plan(applicationContext, told.afterMs.toLong(), again = true)
                } finally {
                    desk.release(plan = false)
                }
            }
        return true
    }

    override fun onStopJob(parameters: JobParameters): Boolean {
        work?.cancel()
        return true
    }

    companion object {
        const val ID = 1
        private const val BACKOFF_MS = 30_000L

        /** Has the system call back once there is a network, [afterMs] from now or later. */
        fun plan(context: Context, afterMs: Long, again: Boolean = false) {
            val scheduler = context.getSystemService(JobScheduler::class.java) ?: return
            if (!again && scheduler.getPendingJob(ID) != null) return
            val job =
                JobInfo.Builder(ID, ComponentName(context, SyncJob::class.java))
                    .setRequiredNetworkType(JobInfo.NETWORK_TYPE_ANY)
                    .setMinimumLatency(afterMs)
                    .setBackoffCriteria(BACKOFF_MS, JobInfo.BACKOFF_POLICY_EXPONENTIAL)
                    .setPersisted(true)
                    .build()
            scheduler.schedule(job)
        }
    }
}
