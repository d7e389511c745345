package dev.relevo.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.Optional;

/**
 * The whole effective configuration of a project for one environment, after all layers.
 *
 * @param apiVersion the schema's version
 * @param app the application's name in the cluster
 */
public record RelevoConfig(
        @JsonPropertyDescription("Version of this file's schema.")
        String apiVersion,

        @JsonPropertyDescription("Name of the application in the cluster: a DNS label of at most 53 characters.")
        String app,

        ImageConfig image,
        TestConfig test,
        BuildConfig build,
        PushConfig push,
        ConfigMapConfig configmap,
        DeployConfig deploy,

        @JsonPropertyDescription("Describes the workload when there are no manifests of your own.")
        Optional<ServiceConfig> service,

        VerifyConfig verify,
        @JsonProperty("notify") NotifyConfig notifications,
        TelemetryConfig telemetry,
        EnvironmentConfig environment) {
    /** The one version of the schema. */
    public static final String API_VERSION = "relevo.dev/v1";

    public RelevoConfig {
        Checks.that(API_VERSION.equals(apiVersion), "apiVersion", apiVersion, "to be " + API_VERSION);
        Checks.dnsLabel("app", app, 53);
    }
}
