package dev.relevo.local.registry;

/** An answer other than success, with the error code that the OCI distribution specification 1.1 gives to it. */
final class RegistryRefusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;

    RegistryRefusal(int status, String code, String message) {
        super(message);
        this.status = status;
        this.code = code;
    }

    static RegistryRefusal digestInvalid(String message) {
        return new RegistryRefusal(400, "DIGEST_INVALID", message);
    }

    static RegistryRefusal nameInvalid(String name) {
        return new RegistryRefusal(400, "NAME_INVALID", "[" + name + "] is not a repository name");
    }

    static RegistryRefusal blobUnknown(String digest) {
        return new RegistryRefusal(404, "BLOB_UNKNOWN", "blob [" + digest + "] is not in this repository");
    }

    static RegistryRefusal manifestUnknown(String reference) {
        return new RegistryRefusal(404, "MANIFEST_UNKNOWN", "manifest [" + reference + "] is not in this repository");
    }

    static RegistryRefusal manifestInvalid(String message) {
        return new RegistryRefusal(400, "MANIFEST_INVALID", message);
    }

    static RegistryRefusal uploadUnknown(String id) {
        return new RegistryRefusal(404, "BLOB_UPLOAD_UNKNOWN", "upload [" + id + "] is not known");
    }

    static RegistryRefusal unsupported(int status, String message) {
        return new RegistryRefusal(status, "UNSUPPORTED", message);
    }

    int status() {
        return status;
    }

    String code() {
        return code;
    }
}
