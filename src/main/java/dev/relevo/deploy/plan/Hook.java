package dev.relevo.deploy.plan;

import dev.relevo.cluster.KubeObject;
import dev.relevo.config.HookConfig.HttpCall;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * Something that is done around a deploy.
 *
 * @param name for people and for the record
 * @param moment when
 * @param action what
 * @param timeout how long it may take
 */
public record Hook(String name, Moment moment, Action action, Duration timeout) {
    /** When a hook is done. */
    public enum Moment {
        /** Before anything is touched. */
        BEFORE,
        /** Between the old version's end and the new one's beginning; big-bang only. */
        BETWEEN,
        /** When the new release serves whole. */
        AFTER,
        /** When the deploy has failed. */
        ON_FAILURE;

        /** The word as it is shown and stored. */
        public String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** What a hook does. */
    public sealed interface Action {}

    /** Sends a request from where the deploy runs. */
    public record Request(HttpCall call) implements Action {}

    /** Runs a program where the deploy runs. */
    public record Program(List<String> words) implements Action {
        public Program {
            words = List.copyOf(words);
        }
    }

    /**
     * Runs a Job in the cluster.
     *
     * @param manifest with the release's image and configuration filled in
     */
    public record Job(KubeObject manifest) implements Action {}

    /** In one line for a person. */
    String sentence() {
        return "Run hook [" + name + "] " + moment.word().replace('-', ' ');
    }
}
