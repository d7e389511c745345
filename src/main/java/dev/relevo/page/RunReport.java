package dev.relevo.page;

import dev.relevo.report.timeline.Timeline;
import java.util.List;
import java.util.Optional;

/**
 * Everything that the page of a run tells.
 *
 * @param timeline what happened
 * @param projects what the steps have made; one, or one for each member of a group
 */
public record RunReport(Timeline timeline, List<Project> projects) {
    public RunReport {
        projects = List.copyOf(projects);
    }

    /**
     * What the steps have made of one project.
     *
     * @param member its name in the group; empty when it is alone
     */
    public record Project(
            String member,
            Optional<Tests> tests,
            Optional<Image> image,
            Optional<Configuration> configuration,
            Optional<Release> release) {}

    /**
     * Counts of tests.
     *
     * @param total executed and skipped
     */
    public record Tests(
            String tool,
            int total,
            int failed,
            int errors,
            int skipped,
            List<FailedTest> failures,
            List<TimedTest> slowest) {
        public Tests {
            failures = List.copyOf(failures);
            slowest = List.copyOf(slowest);
        }
    }

    /**
     * A test that did not pass.
     *
     * @param place file and line, if known
     */
    public record FailedTest(String name, String message, Optional<String> place) {}

    /** How long a test took. */
    public record TimedTest(String name, double seconds) {}

    /**
     * An image.
     *
     * @param reference {@code repository@sha256:…}
     * @param revision git commit
     * @param version the project's own
     * @param layers the lowest first; empty when it was not built in this run
     * @param sent what push had to send; empty when it was not pushed in this run
     */
    public record Image(
            String reference,
            Optional<String> revision,
            Optional<String> version,
            List<String> tags,
            Optional<String> builder,
            List<Layer> layers,
            Optional<Sent> sent) {
        public Image {
            tags = List.copyOf(tags);
            layers = List.copyOf(layers);
        }
    }

    /** A layer of an image, compressed. */
    public record Layer(String digest, long bytes) {}

    /**
     * What became of an image's bytes.
     *
     * @param present those that the registry had already
     */
    public record Sent(long bytes, long present) {}

    /**
     * The ConfigMap.
     *
     * @param name of the live object; empty when the project has none
     * @param from the one before
     */
    public record Configuration(Optional<String> name, List<String> keys, Optional<String> from, List<String> changes) {
        public Configuration {
            keys = List.copyOf(keys);
            changes = List.copyOf(changes);
        }
    }

    /** A deployed release. */
    public record Release(
            int number, String strategy, String image, int replicas, Optional<String> address, List<Hook> hooks) {
        public Release {
            hooks = List.copyOf(hooks);
        }
    }

    /** A hook that was run. */
    public record Hook(String name, String moment, String outcome, double seconds, String detail) {}
}
