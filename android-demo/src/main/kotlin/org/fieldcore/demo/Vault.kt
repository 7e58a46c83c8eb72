package org.fieldcore.demo

import android.security.keystore.KeyGenParameterSpec
import android.security.keystore.KeyProperties
import org.fieldcore.ffi.KeyVault
import org.fieldcore.ffi.VaultException
import java.io.File
import java.io.FileOutputStream
import java.security.GeneralSecurityException
import java.security.KeyStore
import javax.crypto.Cipher
import javax.crypto.KeyGenerator
import javax.crypto.SecretKey
import javax.crypto.spec.GCMParameterSpec

/** Where the keys that wrap the secrets are. */
interface Wrapping {
    /** A new key called [name]. */
    fun create(name: String): SecretKey

    /** The key called [name]; null if there is none. */
    fun key(name: String): SecretKey?

    /** Destroys it; what it wrapped can never be read again. */
    fun destroy(name: String)
}

/** Keys inside the phone's Keystore, one for each secret, so that one can be destroyed for good. */
class KeystoreWrapping : Wrapping {
    private fun store(): KeyStore = KeyStore.getInstance(PROVIDER).apply { load(null) }

    override fun create(name: String): SecretKey {
        val purposes = KeyProperties.PURPOSE_ENCRYPT or KeyProperties.PURPOSE_DECRYPT
        val spec =
            KeyGenParameterSpec.Builder(PREFIX + name, purposes)
                .setBlockModes(KeyProperties.BLOCK_MODE_GCM)
                .setEncryptionPaddings(KeyProperties.ENCRYPTION_PADDING_NONE)
                .setKeySize(KEY_BITS)
                .build()
        return KeyGenerator.getInstance(KeyProperties.KEY_ALGORITHM_AES, PROVIDER).apply { init(spec) }.generateKey()
    }

    override fun key(name: String): SecretKey? = store().getKey(PREFIX + name, null) as? SecretKey

    override fun destroy(name: String): Unit = store().deleteEntry(PREFIX + name)

    private companion object {
        const val PROVIDER = "AndroidKeyStore"
        const val PREFIX = "fieldcore."
        const val KEY_BITS = 256
    }
}

/** Secrets as files in [folder], each wrapped by a key of its own (AES-GCM, the name bound in). */
class FileVault(private val folder: File, private val wrapping: Wrapping) : KeyVault {
    init {
        // Destructions that the end of the process cut short.
        folder.listFiles { file -> file.name.endsWith(GONE) }?.forEach { finish(it) }
    }

    @Synchronized
    override fun create(name: String, secret: ByteArray) =
        honestly {
            val file = file(name)
            if (file.exists()) throw VaultException.Failed("the name is taken")
            if (!folder.isDirectory && !folder.mkdirs()) throw VaultException.Failed("the folder cannot be made")
            val cipher = Cipher.getInstance(CIPHER).apply { init(Cipher.ENCRYPT_MODE, wrapping.create(alias(hex(name)))) }
            cipher.updateAAD(name.toByteArray())
            val sealed = cipher.iv + cipher.doFinal(secret)
            val fresh = File(folder, file.name + ".new")
            FileOutputStream(fresh).use {
                it.write(sealed)
                it.fd.sync()
            }
            if (!fresh.renameTo(file)) throw VaultException.Failed("the file cannot be kept")
        }

    @Synchronized
    override fun read(name: String): ByteArray? =
        honestly {
            val file = file(name)
            if (!file.exists()) return@honestly null
            // A file without its key is a failure and no loss: the Keystore may be back after an unlock.
            val key = wrapping.key(alias(hex(name))) ?: throw VaultException.Failed("the Keystore does not give the key")
            val sealed = file.readBytes()
            val cipher = Cipher.getInstance(CIPHER)
            cipher.init(Cipher.DECRYPT_MODE, key, GCMParameterSpec(TAG_BITS, sealed, 0, IV_BYTES))
            cipher.updateAAD(name.toByteArray())
            cipher.doFinal(sealed, IV_BYTES, sealed.size - IV_BYTES)
        }

    @Synchronized
    override fun destroy(name: String) =
        honestly {
            val gone = File(folder, hex(name) + GONE)
            if (file(name).exists() && !file(name).renameTo(gone)) throw VaultException.Failed("the file cannot be removed")
            finish(gone)
        }

    private fun finish(gone: File) {
        wrapping.destroy(alias(gone.name.removeSuffix(GONE)))
        if (gone.exists() && !gone.delete()) throw VaultException.Failed("the file cannot be removed")
    }

    private fun file(name: String) = File(folder, hex(name))

    private fun alias(hex: String) = folder.name + "." + hex

    private fun hex(name: String) = name.toByteArray().joinToString("") { "%02x".format(it) }

    private fun <T> honestly(work: () -> T): T =
        try {
            work()
        } catch (declared: VaultException) {
            throw declared
        } catch (failed: GeneralSecurityException) {
            throw VaultException.Failed("the Keystore failed: ${failed.javaClass.simpleName}")
        } catch (failed: java.io.IOException) {
            throw VaultException.Failed("the storage failed: ${failed.javaClass.simpleName}")
        } catch (failed: RuntimeException) {
            throw VaultException.Failed("the vault failed: ${failed.javaClass.simpleName}")
        }

    private companion object {
        const val CIPHER = "AES/GCM/NoPadding"
        const val IV_BYTES = 12
        const val TAG_BITS = 128
        const val GONE = ".gone"
    }
}
