package dev.relevo.e2e;

import dev.relevo.cluster.KubeObject;
import dev.relevo.local.environment.EnvironmentOptions;
import dev.relevo.local.environment.LocalEnvironment;
import dev.relevo.verify.ClusterReach;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** A cluster that end-to-end tests deploy to, and the registry that its nodes pull from. */
interface Site extends AutoCloseable {
    /** An administrator's way into the cluster. */
    Path kubeconfig();

    /** Where images are pushed to, and pulled from under the same name: host, port and perhaps a folder. */
    String registry();

    /** What images stand on; empty where the node brings the Java runtime itself. */
    Optional<String> baseImage();

    /** The URL at which this machine reaches a live Service. */
    String address(KubeObject service);

    /** How long a pod goes on serving after it was told to stop, in seconds; empty for what Relevo assumes. */
    Optional<Integer> drainSeconds();

    /** The same as part of the section service of relevo.yaml. */
    default String drain() {
        return drainSeconds().map(seconds -> "drainSeconds: " + seconds + ", ").orElse("");
    }

    /** How long proxies get after the endpoints changed. */
    Duration settle();

    /** How long a version that never becomes ready is waited for: longer than a good one takes to start. */
    Duration shortPatience();

    @Override
    void close();

    /** For tests that tell on real objects what the build sees in the simulated cluster. */
    static boolean isGivenOrTimeDoesNotMatter() {
        return given(System.getenv()).isPresent() || Boolean.getBoolean("relevo.e2e.slow");
    }

    /** The cluster that is given, else a fresh local environment in this folder. */
    static Site here(Path folder) throws Exception {
        Optional<Site> given = given(System.getenv());
        return given.isPresent() ? given.get() : local(folder);
    }

    /** A fresh local environment in this folder. */
    static Site local(Path folder) throws Exception {
        return new Local(LocalEnvironment.start(folder.resolve("local"), EnvironmentOptions.fresh()));
    }

    /** The cluster that the environment variables of CONTRIBUTING.md name; empty when they name none. */
    static Optional<Site> given(Map<String, String> environment) {
        String kubeconfig = environment.getOrDefault("RELEVO_E2E_KUBECONFIG", "");
        String registry = environment.getOrDefault("RELEVO_E2E_REGISTRY", "");
        String base = environment.getOrDefault("RELEVO_E2E_BASE_IMAGE", "");
        if (kubeconfig.isEmpty() || registry.isEmpty() || base.isEmpty()) {
            return Optional.empty();
        }
        if (!Files.isReadable(Path.of(kubeconfig))) {
            throw new IllegalArgumentException("RELEVO_E2E_KUBECONFIG names no readable file: " + kubeconfig);
        }
        return Optional.of(new Given(Path.of(kubeconfig), registry, Optional.of(base)));
    }

    /** Its proxy knows of every change at once, so that short times are enough. */
    record Local(LocalEnvironment environment) implements Site {
        @Override
        public Path kubeconfig() {
            return environment.kubeconfig();
        }

        @Override
        public String registry() {
            return environment.registry();
        }

        @Override
        public Optional<String> baseImage() {
            return Optional.empty();
        }

        @Override
        public String address(KubeObject service) {
            return service.annotation(ClusterReach.URL).orElseThrow();
        }

        @Override
        public Optional<Integer> drainSeconds() {
            return Optional.of(1);
        }

        @Override
        public Duration settle() {
            return Duration.ofSeconds(1);
        }

        @Override
        public Duration shortPatience() {
            return Duration.ofSeconds(10);
        }

        @Override
        public void close() {
            environment.close();
        }
    }

    /** A cluster of somebody's own, with the times that Relevo assumes; its Services' addresses are reached from here. */
    record Given(Path kubeconfig, String registry, Optional<String> baseImage) implements Site {
        @Override
        public String address(KubeObject service) {
            return "http://" + service.at("/spec/clusterIP").asText() + ":"
                    + service.at("/spec/ports/0/port").asInt();
        }

        @Override
        public Optional<Integer> drainSeconds() {
            return Optional.empty();
        }

        @Override
        public Duration settle() {
            return dev.relevo.deploy.plan.Settings.SETTLE;
        }

        @Override
        public Duration shortPatience() {
            return Duration.ofSeconds(25);
        }

        @Override
        public void close() {}
    }
}
