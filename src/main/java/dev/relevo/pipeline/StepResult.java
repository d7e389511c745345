package dev.relevo.pipeline;

import dev.relevo.deploy.release.HookOutcome;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What a finished step hands to the next ones; written to {@code .relevo/<step>.json}, the only state between steps. */
public sealed interface StepResult {
    /** The step's command name. */
    String step();

    /**
     * Tests.
     *
     * @param tool what ran them, e.g. {@code maven}
     * @param total executed and skipped
     * @param reports JUnit XML files that were read, relative to the project
     * @param failures the tests that did not pass
     * @param slowest the tests that took longest, the longest first
     */
    record Tests(
            String tool,
            int total,
            int failed,
            int errors,
            int skipped,
            List<Path> reports,
            List<FailedTest> failures,
            List<TimedTest> slowest)
            implements StepResult {
        public Tests {
            reports = List.copyOf(reports);
            failures = List.copyOf(failures);
            slowest = List.copyOf(slowest);
        }

        @Override
        public String step() {
            return "test";
        }
    }

    /**
     * A test that did not pass.
     *
     * @param location file and line, where the report tells
     */
    record FailedTest(String name, String message, Optional<String> location) {}

    /** How long a test took. */
    record TimedTest(String name, double seconds) {}

    /**
     * A built image.
     *
     * @param image {@code repository@sha256:…}
     * @param repository without tag or digest
     * @param digest {@code sha256:…} of the manifest or index
     * @param layout OCI image layout folder that holds it, relative to the project
     * @param tags to be pushed
     * @param builder who built it
     * @param revision git commit, if any
     * @param committedAt when that commit was made; empty when files differ from it
     * @param version the project's own version, if any
     * @param layers of the image, or of its first platform, the lowest first
     */
    record Build(
            String image,
            String repository,
            String digest,
            Path layout,
            List<String> tags,
            String builder,
            Optional<String> revision,
            Optional<Instant> committedAt,
            Optional<String> version,
            List<Layer> layers)
            implements StepResult {
        public Build {
            tags = List.copyOf(tags);
            layers = List.copyOf(layers);
        }

        @Override
        public String step() {
            return "build";
        }
    }

    /**
     * A layer of an image.
     *
     * @param bytes as it is sent, compressed
     */
    record Layer(String digest, long bytes) {}

    /**
     * A pushed image.
     *
     * @param image {@code repository@sha256:…}, as every later step uses it
     * @param tags that point to it now
     */
    record Push(String image, List<String> tags, long bytesSent, long bytesPresent) implements StepResult {
        public Push {
            tags = List.copyOf(tags);
        }

        @Override
        public String step() {
            return "push";
        }
    }

    /**
     * The app's ConfigMap.
     *
     * @param name the name that manifests use; empty when the project has no configuration
     * @param liveName the immutable object's name, {@code <name>-<hash>}
     * @param hash of the content
     * @param change from what the app ran with before, where the step has made a new one in its place
     */
    record Config(
            Optional<String> name,
            Optional<String> liveName,
            Optional<String> hash,
            List<String> keys,
            Optional<ConfigChange> change)
            implements StepResult {
        public Config {
            keys = List.copyOf(keys);
        }

        @Override
        public String step() {
            return "configmap";
        }
    }

    /**
     * What changes.
     *
     * @param from the ConfigMap before
     * @param lines a diff, with values that look secret masked
     */
    record ConfigChange(String from, List<String> lines) {
        public ConfigChange {
            lines = List.copyOf(lines);
        }
    }

    /**
     * How a hook ended.
     *
     * @param moment {@code before}, {@code between} or {@code after}
     * @param outcome {@code done} or {@code failed}
     */
    record HookRun(String name, String moment, String outcome, double seconds, String detail) {
        /** As the deploy tells it. */
        public static HookRun of(HookOutcome ended) {
            return new HookRun(
                    ended.name(), ended.moment(), ended.word(), ended.took().toMillis() / 1000.0, ended.detail());
        }
    }

    /**
     * A deployed release.
     *
     * @param release its number within app and namespace
     * @param hooks what was done around the deploy
     * @param address where the app answers, if it can be known
     */
    record Deploy(
            String app,
            String environment,
            String namespace,
            int release,
            String strategy,
            String image,
            Optional<String> configHash,
            int replicas,
            List<HookRun> hooks,
            Optional<String> address)
            implements StepResult {
        public Deploy {
            hooks = List.copyOf(hooks);
        }

        @Override
        public String step() {
            return "deploy";
        }
    }
}
