package dev.relevo.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How the app is deployed.
 *
 * @param manifests folder or file of manifests, relative to the project; empty to generate them from {@code service}
 * @param workload name, or {@code Kind/name}, of the Deployment, StatefulSet or DaemonSet when the manifests hold several
 * @param container name of the container that gets the image when there are several
 * @param strategy how the traffic is handed over
 * @param schema whether the release can serve beside the one before it, on the same data
 * @param strict whether what could lose requests ends a deploy before it begins
 * @param timeout how long a wait may last without any progress before it fails
 * @param history how many releases to remember
 * @param rollback whether a failed deploy brings the previous release back
 * @param prune whether objects of the previous release that the new one has no more are deleted
 * @param lockWait how long to wait for another deploy of the app; zero refuses at once
 * @param ifSuperseded what a build that waits for the lock does when a newer one waits as well
 * @param onInterrupt what a deploy does when it is stopped from outside
 * @param watchdog what stays in the cluster while a deploy runs
 * @param hooks what is done around a deploy
 * @param buildNumber the number of the CI's build, greater for newer ones
 */
public record DeployConfig(
        @JsonPropertyDescription("Folder or file of manifests; without it they are generated from the service section.")
        Optional<String> manifests,

        @JsonPropertyDescription(
                "Name, or Kind/name, of the Deployment, StatefulSet or DaemonSet when the manifests hold several.")
        Optional<String> workload,

        @JsonPropertyDescription("Name of the container that gets the image when there are several.")
        Optional<String> container,

        @JsonPropertyDescription("big-bang, rolling, blue-green, canary, or auto, which chooses one of them.")
        StrategyChoice strategy,

        @JsonPropertyDescription(
                "compatible, or incompatible: the release can neither serve beside the one before it nor share its data.")
        SchemaChange schema,

        @JsonPropertyDescription("Whether what could lose requests is an error before the deploy, not a warning.")
        boolean strict,

        @JsonPropertyDescription("How long a wait may last without progress before it fails, e.g. 5m.")
        Duration timeout,

        @JsonPropertyDescription("How many releases to remember for history and rollback.")
        int history,

        @JsonPropertyDescription("Whether a failed deploy brings the previous release back.")
        boolean rollback,

        @JsonPropertyDescription("Whether objects that the new release has no more are deleted.")
        boolean prune,

        @JsonPropertyDescription("How long to wait for another deploy of the app; 0s refuses at once.")
        Duration lockWait,

        @JsonPropertyDescription("What a build that waits does when a newer one waits as well: wait or abort.")
        IfSuperseded ifSuperseded,

        @JsonPropertyDescription("Number of the CI's build, by which newer is told from older; see --build-number.")
        Optional<Long> buildNumber,

        @JsonPropertyDescription(
                "When it is stopped from outside: withdraw the candidate, leave all as it is, or finish.")
        OnInterrupt onInterrupt,

        WatchdogConfig watchdog,
        HooksConfig hooks,
        BigBangConfig bigBang,
        BlueGreenConfig blueGreen,
        CanaryConfig canary) {
    public DeployConfig {
        Checks.positive("deploy.timeout", timeout);
        Checks.that(history >= 1 && history <= 100, "deploy.history", history, "1 to 100");
        Checks.notNegative("deploy.lockWait", lockWait);
        buildNumber.ifPresent(number ->
                Checks.that(number >= 0, "deploy.buildNumber", number, "a number that grows with every build"));
    }

    /**
     * A Job that takes the release back when its deploy dies.
     *
     * @param image of it, with the engine as entry point; empty for none
     */
    public record WatchdogConfig(
            @JsonPropertyDescription(
                    "Image whose entry point is relevo: a Job of it takes the release back when its deploy dies.")
            Optional<String> image) {}

    /** What a deploy does when it is stopped from outside. */
    public enum OnInterrupt {
        /** Withdraws the candidate where the old version is whole, else leaves everything as it is. */
        @JsonProperty("withdraw")
        WITHDRAW,
        /** Leaves everything as it is. */
        @JsonProperty("leave")
        LEAVE,
        /** Goes on to its end. */
        @JsonProperty("finish")
        FINISH
    }

    /** What becomes of a build that waits for the lock when a newer one waits as well. */
    public enum IfSuperseded {
        @JsonProperty("wait")
        WAIT,
        @JsonProperty("abort")
        ABORT
    }

    /** A strategy, or that it is to be chosen. */
    public enum StrategyChoice {
        @JsonProperty("auto")
        AUTO(Optional.empty()),
        @JsonProperty("big-bang")
        BIG_BANG(Optional.of(StrategyName.BIG_BANG)),
        @JsonProperty("rolling")
        ROLLING(Optional.of(StrategyName.ROLLING)),
        @JsonProperty("blue-green")
        BLUE_GREEN(Optional.of(StrategyName.BLUE_GREEN)),
        @JsonProperty("canary")
        CANARY(Optional.of(StrategyName.CANARY));

        private final Optional<StrategyName> named;

        StrategyChoice(Optional<StrategyName> named) {
            this.named = named;
        }

        /** The strategy that is named; empty when it is to be chosen. */
        public Optional<StrategyName> named() {
            return named;
        }

        /** The word as users write it. */
        public String written() {
            return named.map(StrategyName::written).orElse("auto");
        }
    }

    /** The strategies there are. */
    public enum StrategyName {
        BIG_BANG,
        ROLLING,
        BLUE_GREEN,
        CANARY;

        /** The name as users write it. */
        public String written() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        /**
         * The strategy with this name.
         *
         * @throws IllegalArgumentException when there is none
         */
        public static StrategyName ofWritten(String written) {
            for (StrategyName name : values()) {
                if (name.written().equals(written)) {
                    return name;
                }
            }
            throw new IllegalArgumentException("strategy [" + written + "]");
        }
    }

    /** What a release declares of itself and the data, seen from the release before it. */
    public enum SchemaChange {
        /** Both can serve at once, and each can work with the data that the other has written. */
        @JsonProperty("compatible")
        COMPATIBLE,
        /** They must never run at the same time, and the earlier one cannot work with the data afterwards. */
        @JsonProperty("incompatible")
        INCOMPATIBLE;

        /** The word as users write it. */
        public String written() {
            return name().toLowerCase(Locale.ROOT);
        }

        /**
         * The declaration with this word.
         *
         * @throws IllegalArgumentException when there is none
         */
        public static SchemaChange ofWritten(String written) {
            return valueOf(written.toUpperCase(Locale.ROOT));
        }
    }

    /**
     * Big-bang.
     *
     * @param before done once after the old version is gone and before the new one comes, e.g. a migration
     */
    public record BigBangConfig(
            @JsonPropertyDescription("Done once, when the old version is gone and before the new one comes.")
            Optional<HookConfig> before) {}

    /** Every hook that is configured. */
    public Stream<HookConfig> everyHook() {
        return Stream.concat(hooks.all(), bigBang.before().stream());
    }

    /** Whether a candidate is also asked the way that users come, through a route of its own beside the app's. */
    public enum PreviewRule {
        /** Where it can be; where it cannot, a warning says so. */
        @JsonProperty("auto")
        AUTO,
        /** The deploy fails where it cannot be. */
        @JsonProperty("required")
        REQUIRED,
        @JsonProperty("off")
        OFF
    }

    /**
     * Blue-green.
     *
     * @param bake how long the old version stays warm after the switch
     * @param preview whether the candidate is asked through a route before it gets the traffic
     */
    public record BlueGreenConfig(
            @JsonPropertyDescription("How long the old version stays warm after the switch.")
            Duration bake,

            @JsonPropertyDescription(
                    "Whether verify.http is also asked through a preview route where a route leads to the app: auto, required or off.")
            PreviewRule preview) {
        public BlueGreenConfig {
            Checks.notNegative("deploy.blueGreen.bake", bake);
        }
    }

    /**
     * Canary.
     *
     * @param steps the shares of traffic, in order, that the candidate gets before it gets all
     * @param route name of the HTTPRoute; empty to find the one that routes to the app's Service
     * @param baseline whether the candidate is compared with pods of the old version that are as old and as many
     */
    public record CanaryConfig(
            @JsonPropertyDescription("Shares of the traffic that the candidate gets, one after the other.")
            List<Step> steps,

            @JsonPropertyDescription("Name of the HTTPRoute; without it the one that routes to the app's Service.")
            Optional<String> route,

            @JsonPropertyDescription(
                    "Whether verify.metrics also compares the candidate with as many pods of the old version, started with it.")
            boolean baseline) {
        public CanaryConfig {
            steps = List.copyOf(steps);
            Checks.that(!steps.isEmpty(), "deploy.canary.steps", steps, "at least one step");
        }

        /**
         * One step.
         *
         * @param weight percent of the traffic, 1 to 99
         * @param duration how long it is observed before the next
         * @param awaitPromotion how long it may then take until somebody promotes; empty to go on by itself
         */
        public record Step(
                @JsonPropertyDescription("Percent of the traffic, 1 to 99.")
                int weight,

                @JsonPropertyDescription("How long this share is observed before the next step.")
                Duration duration,

                @JsonPropertyDescription(
                        "Then waits for `relevo promote`, at most so long; if nobody promotes, the candidate is withdrawn.")
                Optional<Duration> awaitPromotion) {
            public Step {
                Checks.that(weight >= 1 && weight <= 99, "weight", weight, "1 to 99 percent");
                Checks.notNegative("duration", duration);
                awaitPromotion.ifPresent(atMost -> Checks.positive("awaitPromotion", atMost));
            }

            /** A step that goes on by itself. */
            public Step(int weight, Duration duration) {
                this(weight, duration, Optional.empty());
            }
        }
    }
}
