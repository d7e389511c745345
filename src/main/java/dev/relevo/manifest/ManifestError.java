package dev.relevo.manifest;

import dev.relevo.report.ErrorCode;
import dev.relevo.report.ExitCode;

/** What can be wrong with manifests and with configuration data. */
public enum ManifestError implements ErrorCode {
    /** The folder or file of manifests is not there, or cannot be read. */
    NOT_FOUND("RLV-501", ExitCode.USAGE_OR_CONFIGURATION),
    /** A manifest is no valid YAML or JSON. */
    SYNTAX("RLV-502", ExitCode.USAGE_OR_CONFIGURATION),
    /** A document is not a Kubernetes object. */
    NOT_AN_OBJECT("RLV-503", ExitCode.USAGE_OR_CONFIGURATION),
    /** The same object is there twice. */
    DUPLICATE("RLV-504", ExitCode.USAGE_OR_CONFIGURATION),
    /** No Deployment is the app's workload. */
    NO_WORKLOAD("RLV-505", ExitCode.USAGE_OR_CONFIGURATION),
    /** Several Deployments could be the app's workload. */
    AMBIGUOUS_WORKLOAD("RLV-506", ExitCode.USAGE_OR_CONFIGURATION),
    /** It is not clear which container gets the image. */
    CONTAINER("RLV-507", ExitCode.USAGE_OR_CONFIGURATION),
    /** A kustomization asks for what cannot be done without kubectl, or kubectl fails. */
    KUSTOMIZATION("RLV-508", ExitCode.USAGE_OR_CONFIGURATION),
    /** A folder holds a Helm chart. */
    HELM_CHART("RLV-509", ExitCode.USAGE_OR_CONFIGURATION),
    /** There are neither manifests nor a service section. */
    NOTHING_TO_DEPLOY("RLV-510", ExitCode.USAGE_OR_CONFIGURATION),
    /** A manifest holds another namespace than the environment's. */
    NAMESPACE("RLV-511", ExitCode.USAGE_OR_CONFIGURATION),
    /** The manifests hold the ConfigMap that Relevo makes. */
    CONFIG_MAP_TWICE("RLV-512", ExitCode.USAGE_OR_CONFIGURATION),
    /** An image reference without a digest. */
    IMAGE("RLV-513", ExitCode.USAGE_OR_CONFIGURATION),
    /** A change that the cluster will refuse or that is not safe. */
    HOOK_JOB("RLV-514", ExitCode.USAGE_OR_CONFIGURATION),
    UNSAFE("RLV-520", ExitCode.REFUSED),
    /** Something could lose requests, and the deploy is to be strict about that. */
    STRICT("RLV-521", ExitCode.REFUSED),

    /** A file of configuration data is not there or cannot be read. */
    CONFIG_FILE("RLV-530", ExitCode.USAGE_OR_CONFIGURATION),
    /** A key that a ConfigMap cannot have. */
    CONFIG_KEY("RLV-531", ExitCode.USAGE_OR_CONFIGURATION),
    /** The same key from two places. */
    CONFIG_DUPLICATE_KEY("RLV-532", ExitCode.USAGE_OR_CONFIGURATION),
    /** More data than a ConfigMap can hold. */
    CONFIG_TOO_LARGE("RLV-533", ExitCode.USAGE_OR_CONFIGURATION),
    /** A private key or cloud credential in the data. */
    CONFIG_SECRET("RLV-534", ExitCode.REFUSED),
    /** An env file with a line that is not KEY=value. */
    CONFIG_ENV_FILE("RLV-535", ExitCode.USAGE_OR_CONFIGURATION),
    /** An object of that name is in the cluster with other content. */
    CONFIG_TAKEN("RLV-536", ExitCode.REFUSED);

    private final String id;
    private final ExitCode exit;

    ManifestError(String id, ExitCode exit) {
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
