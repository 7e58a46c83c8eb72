package org.fieldcore.demo

import android.annotation.SuppressLint
import android.app.Activity
import android.content.Context
import android.graphics.ImageFormat
import android.graphics.Matrix
import android.graphics.SurfaceTexture
import android.hardware.camera2.CameraAccessException
import android.hardware.camera2.CameraCaptureSession
import android.hardware.camera2.CameraCharacteristics
import android.hardware.camera2.CameraDevice
import android.hardware.camera2.CameraManager
import android.hardware.camera2.CaptureRequest
import android.media.ImageReader
import android.os.Handler
import android.os.HandlerThread
import android.os.Looper
import android.view.Surface
import android.view.TextureView

/** The camera on the back by Camera2: a preview, frames for the eyes, and the torch. */
class EyeCamera(
    private val activity: Activity,
    private val preview: TextureView,
    private val eyes: Eyes,
    private val state: (Boolean) -> Unit,
) {
    private val manager = activity.getSystemService(Context.CAMERA_SERVICE) as CameraManager
    private var thread: HandlerThread? = null
    private var worker: Handler? = null
    private var device: CameraDevice? = null
    private var session: CameraCaptureSession? = null
    private var reader: ImageReader? = null
    private var shown: Surface? = null
    private var torch = false
    private var wanted = false

    /** Not the preview's own queue: that one waits for ever once its window is gone. */
    private val main = Handler(Looper.getMainLooper())

    /** Opens it, at once or as soon as the preview is there. */
    fun open() {
        wanted = true
        start()
    }

    private fun start() {
        if (!wanted || thread != null) return
        if (!preview.isAvailable) {
            preview.surfaceTextureListener = Ready()
            return
        }
        try {
            val id = back() ?: return lost()
            thread = HandlerThread("eyes").also { it.start() }
            worker = Handler(checkNotNull(thread).looper)
            connect(id)
        } catch (_: CameraAccessException) {
            lost()
        } catch (_: SecurityException) {
            lost()
        }
    }

    private fun back(): String? =
        manager.cameraIdList.firstOrNull {
            manager.getCameraCharacteristics(it).get(CameraCharacteristics.LENS_FACING) == CameraCharacteristics.LENS_FACING_BACK
        }

    @SuppressLint("MissingPermission")
    private fun connect(id: String) {
        val fresh = ImageReader.newInstance(WIDTH, HEIGHT, ImageFormat.YUV_420_888, IMAGES)
        reader = fresh
        // The worker is busy while the core looks; what came meanwhile is dropped here but for the newest.
        fresh.setOnImageAvailableListener({ it.acquireLatestImage()?.use { image -> hand(image, rotation(id)) } }, worker)
        manager.openCamera(id, Opened(fresh), worker)
    }

    private fun hand(image: android.media.Image, rotation: Int) {
        val plane = image.planes[0]
        eyes.onFrame(plane.buffer, image.width, image.height, plane.rowStride, rotation)
    }

    private fun rotation(id: String): Int {
        val sensor = manager.getCameraCharacteristics(id).get(CameraCharacteristics.SENSOR_ORIENTATION) ?: 0
        return (sensor - turned() + 360) % 360
    }

    @Suppress("DEPRECATION")
    private fun turned(): Int =
        when (activity.windowManager.defaultDisplay.rotation) {
            Surface.ROTATION_90 -> 90
            Surface.ROTATION_180 -> 180
            Surface.ROTATION_270 -> 270
            else -> 0
        }

    fun torch(on: Boolean) {
        torch = on
        repeatRequest()
    }

    fun close() {
        wanted = false
        stop()
    }

    private fun stop() {
        session?.close()
        device?.close()
        shown?.release()
        // The worker may be reading a frame in place; its memory goes with the reader, so that goes last.
        val old = reader
        worker?.post {
            old?.close()
            eyes.onEnd()
        }
        thread?.quitSafely()
        session = null
        device = null
        reader = null
        shown = null
        thread = null
        worker = null
    }

    private fun lost() {
        close()
        state(false)
    }

    /** [of] tells a camera that was asked for before the last close from the one that is wanted now. */
    private inner class Opened(private val of: ImageReader) : CameraDevice.StateCallback() {
        override fun onOpened(camera: CameraDevice) = main.post { if (reader === of) begin(camera) else camera.close() }.let { }

        override fun onDisconnected(camera: CameraDevice) = end(camera)

        override fun onError(camera: CameraDevice, error: Int) = end(camera)

        private fun end(camera: CameraDevice) = main.post {
            camera.close()
            if (reader === of) lost()
        }.let { }
    }

    @Suppress("DEPRECATION")
    private fun begin(camera: CameraDevice) {
        val frames = reader?.surface
        val texture = preview.surfaceTexture
        if (frames == null || texture == null) return camera.close()
        device = camera
        texture.setDefaultBufferSize(WIDTH, HEIGHT)
        stretch()
        try {
            val surface = Surface(texture)
            shown = surface
            camera.createCaptureSession(listOf(surface, frames), Configured(camera), worker)
            state(true)
        } catch (_: CameraAccessException) {
            lost()
        }
    }

    private inner class Configured(private val of: CameraDevice) : CameraCaptureSession.StateCallback() {
        override fun onConfigured(made: CameraCaptureSession) = main.post {
            if (device !== of) return@post
            session = made
            repeatRequest()
        }.let { }

        override fun onConfigureFailed(failed: CameraCaptureSession) = main.post { if (device === of) lost() }.let { }
    }

    private fun repeatRequest() {
        val camera = device ?: return
        val running = session ?: return
        val frames = reader?.surface ?: return
        val surface = shown ?: return
        try {
            val request = camera.createCaptureRequest(CameraDevice.TEMPLATE_PREVIEW)
            request.addTarget(surface)
            request.addTarget(frames)
            request.set(CaptureRequest.CONTROL_AF_MODE, CaptureRequest.CONTROL_AF_MODE_CONTINUOUS_PICTURE)
            request.set(CaptureRequest.FLASH_MODE, if (torch) CaptureRequest.FLASH_MODE_TORCH else CaptureRequest.FLASH_MODE_OFF)
            running.setRepeatingRequest(request.build(), null, worker)
        } catch (_: CameraAccessException) {
            lost()
        }
    }

    /** The picture fills its place and is cut at the longer side, never squeezed. */
    private fun stretch() {
        val (width, height) = preview.width.toFloat() to preview.height.toFloat()
        if (width == 0f || height == 0f) return
        val turned = turned()
        val (wide, high) = if (turned % 180 == 0) HEIGHT.toFloat() to WIDTH.toFloat() else WIDTH.toFloat() to HEIGHT.toFloat()
        val scale = maxOf(width / wide, height / high)
        val matrix = Matrix()
        matrix.setScale(wide * scale / width, high * scale / height, width / 2, height / 2)
        if (turned % 180 != 0) {
            // The buffer stands as the phone does upright; a phone on its side needs it turned back.
            matrix.reset()
            matrix.setScale(HEIGHT * scale / width, WIDTH * scale / height, width / 2, height / 2)
            matrix.postRotate((turned * -1).toFloat(), width / 2, height / 2)
        }
        preview.setTransform(matrix)
    }

    private inner class Ready : TextureView.SurfaceTextureListener {
        override fun onSurfaceTextureAvailable(texture: SurfaceTexture, width: Int, height: Int) = start()

        override fun onSurfaceTextureSizeChanged(texture: SurfaceTexture, width: Int, height: Int) = stretch()

        override fun onSurfaceTextureDestroyed(texture: SurfaceTexture): Boolean {
            stop()
            return true
        }

        override fun onSurfaceTextureUpdated(texture: SurfaceTexture) = Unit
    }

    private companion object {
        const val WIDTH = 1280
        const val HEIGHT = 720
        const val IMAGES = 3
    }
}
