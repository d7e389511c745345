package dev.relevo.cluster;

import dev.relevo.report.ErrorCode;
import dev.relevo.report.ExitCode;

/**
 * What can go wrong between the engine and a cluster, and (from RLV-650) why pods do not become ready. The exit code of a
 * diagnosis is that of a rollout that was not undone; whoever undoes it reports that instead.
 */
public enum ClusterError implements ErrorCode {
    /** No kubeconfig, or none that can be read. */
    NO_KUBECONFIG("RLV-601"),
    /** The kubeconfig has no such context, or the context no server. */
    UNKNOWN_CONTEXT("RLV-602"),
    /** Nothing answers at the API server's address. */
    UNREACHABLE("RLV-603"),
    /** The server's certificate is not trusted, or ours is not accepted. */
    TLS("RLV-604"),
    /** 401: the credentials are missing, wrong or expired. */
    UNAUTHORIZED("RLV-605"),
    /** 403: RBAC does not allow it. */
    FORBIDDEN("RLV-606"),
    /** The server answered with errors until the time for retries was over. */
    SERVER_ERROR("RLV-607"),
    /** What answered is not a Kubernetes API server. */
    NOT_KUBERNETES("RLV-608"),
    /** The run was told to stop while it waited for the cluster. */
    INTERRUPTED("RLV-609"),
    /** A write was refused, and nobody could handle the refusal. */
    REFUSED("RLV-610"),
    /** No token for a service account: it is not there, or we may not ask. */
    NO_TOKEN("RLV-611"),
    /** A kubeconfig cannot be written. */
    KUBECONFIG_FILE("RLV-612", ExitCode.USAGE_OR_CONFIGURATION),
    /** An object has a field that its kind does not have, or a value that its field cannot have. */
    INVALID_OBJECT("RLV-613", ExitCode.USAGE_OR_CONFIGURATION),
    /** An object is of a kind that the cluster does not have. */
    KIND_NOT_SERVED("RLV-614", ExitCode.USAGE_OR_CONFIGURATION),

    /** The image is not in the registry. */
    IMAGE_NOT_FOUND("RLV-650", ExitCode.FAILED_NOT_ROLLED_BACK),
    /** The registry does not let the node pull the image. */
    IMAGE_DENIED("RLV-651", ExitCode.FAILED_NOT_ROLLED_BACK),
    /** The image reference is not a valid one. */
    IMAGE_NAME("RLV-652", ExitCode.FAILED_NOT_ROLLED_BACK),
    /** The image cannot be pulled for another reason. */
    IMAGE_PULL("RLV-653", ExitCode.FAILED_NOT_ROLLED_BACK),
    /** A container exits again and again. */
    CRASH_LOOP("RLV-654", ExitCode.FAILED_NOT_ROLLED_BACK),
    /** A container used more memory than its limit. */
    OUT_OF_MEMORY("RLV-655", ExitCode.FAILED_NOT_ROLLED_BACK),
    /** A container's process cannot be started. */
    CANNOT_START("RLV-656", ExitCode.FAILED_NOT_ROLLED_BACK),
    /** A readiness probe fails. */
    READINESS_PROBE("RLV-657", ExitCode.FAILED_NOT_ROLLED_BACK),
    /** A liveness probe fails. */
    LIVENESS_PROBE("RLV-658", ExitCode.FAILED_NOT_ROLLED_BACK),
    /** A startup probe fails. */
    STARTUP_PROBE("RLV-659", ExitCode.FAILED_NOT_ROLLED_BACK),
    /** A ConfigMap or Secret, or a key in it, is missing. */
    CONFIG_MISSING("RLV-660", ExitCode.FAILED_NOT_ROLLED_BACK),
    /** A quota is used up. */
    QUOTA("RLV-661", ExitCode.FAILED_NOT_ROLLED_BACK),
    /** A limit range forbids the pod's resources. */
    LIMIT_RANGE("RLV-662", ExitCode.FAILED_NOT_ROLLED_BACK),
    /** Admission (a policy, a webhook) denies the pod. */
    ADMISSION("RLV-663", ExitCode.FAILED_NOT_ROLLED_BACK),
    /** No node can take the pod. */
    UNSCHEDULABLE("RLV-664", ExitCode.FAILED_NOT_ROLLED_BACK),
    /** The rollout made no progress within its deadline. */
    PROGRESS_DEADLINE("RLV-665", ExitCode.FAILED_NOT_ROLLED_BACK),
    /** An init container fails. */
    INIT_CONTAINER("RLV-666", ExitCode.FAILED_NOT_ROLLED_BACK),
    /** A volume cannot be mounted. */
    VOLUME("RLV-667", ExitCode.FAILED_NOT_ROLLED_BACK),
    /** The pod was evicted, or its node is lost. */
    NODE("RLV-668", ExitCode.FAILED_NOT_ROLLED_BACK),
    /** The image is for another processor architecture. */
    ARCHITECTURE("RLV-669", ExitCode.FAILED_NOT_ROLLED_BACK);

    private final String id;
    private final ExitCode exit;

    ClusterError(String id) {
        this(id, ExitCode.CLUSTER_UNREACHABLE_OR_FORBIDDEN);
    }

    ClusterError(String id, ExitCode exit) {
        this.id = id;
        this.exit = exit;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public ExitCode exit() {
        return exit;
    }
}
