package dev.relevo.cli.command;

import dev.relevo.config.ConfigError;
import dev.relevo.config.RelevoConfig;
import dev.relevo.report.Problem;
import java.nio.file.Path;

/**
 * The local environment as the target of a call.
 *
 * @param config the configuration with the local registry in the image's name
 * @param kubeconfig leads to its cluster
 */
record LocalTarget(RelevoConfig config, Path kubeconfig) {
    /** Starts it when it does not run. */
    static LocalTarget start(Session session, RelevoConfig config) {
        return running(session, config);
    }

    /** The one that runs. */
    static LocalTarget running(Session session, RelevoConfig config) {
        throw Problem.of(
                        ConfigError.UNKNOWN_ENVIRONMENT,
                        "The environment [" + config.environment().name() + "] cannot be reached from "
                                + session.project())
                .remedy("Name another environment with -e.")
                .asException();
    }
}
