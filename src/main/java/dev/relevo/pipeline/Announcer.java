package dev.relevo.pipeline;

import dev.relevo.config.NotifyConfig.Occasion;
import dev.relevo.config.RelevoConfig;
import dev.relevo.deploy.release.DeployError;
import dev.relevo.notify.Notification;
import dev.relevo.notify.Notifier;
import dev.relevo.report.Event;
import dev.relevo.report.EventSink;
import dev.relevo.report.ExitCode;
import dev.relevo.report.Problem;
import dev.relevo.report.RelevoException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.function.Supplier;

/** Tells others how a deploy, or a rollback, goes and ends. What it did stays as it is when nobody can be told. */
public final class Announcer {
    private final Notifier notifier;
    private final RelevoConfig config;
    private final String action;
    private final Optional<String> build;
    private boolean unchanged;

    /**
     * @param action the command, e.g. {@code deploy}
     * @param variables the environment, which knows the CI's build
     */
    public Announcer(Notifier notifier, RelevoConfig config, String action, Map<String, String> variables) {
        this.notifier = notifier;
        this.config = config;
        this.action = action;
        this.build = Optional.ofNullable(variables.get("BUILD_URL")).filter(url -> !url.isBlank());
    }

    /** What there is to tell of a success. */
    public record Success(int release, String strategy, String image, String summary) {}

    /** What there is to tell of a deployed release. */
    public static Success deployed(StepResult.Deploy result) {
        return new Success(
                result.release(),
                result.strategy(),
                result.image(),
                replicas(result.replicas())
                        + result.address().map(url -> " at " + url).orElse(""));
    }

    /** For a summary. */
    public static String replicas(int count) {
        return count + (count == 1 ? " replica" : " replicas");
    }

    /**
     * Does the work and tells how it ended.
     *
     * @param success what there is to tell; empty when nothing changed
     */
    public <T> T around(Supplier<T> work, Function<T, Optional<Success>> success) {
        T result;
        try {
            result = work.get();
        } catch (RelevoException e) {
            failed(e.problem());
            throw e;
        }
        success.apply(result)
                .filter(told -> !unchanged)
                .ifPresent(told -> notifier.tell(notification(
                        Occasion.DEPLOYED,
                        told.strategy(),
                        OptionalInt.of(told.release()),
                        Optional.of(told.image()),
                        told.summary(),
                        Optional.empty())));
        return result;
    }

    /** Events on their way to whoever watches; that a person is waited for is told further. */
    public EventSink listening(EventSink events) {
        return event -> {
            events.emit(event);
            unchanged |= event instanceof Event.StepFinished step && step.outcome() == Event.Outcome.UNCHANGED;
            if (event instanceof Event.PersonNeeded needed) {
                notifier.tell(notification(
                        Occasion.WAITING,
                        strategy(),
                        OptionalInt.of(needed.release()),
                        Optional.empty(),
                        needed.text(),
                        Optional.empty()));
            }
        };
    }

    /** A release was taken back that no deploy did any more. */
    public void takenBack(OptionalInt release, String sentence) {
        notifier.tell(
                notification(Occasion.ROLLED_BACK, strategy(), release, Optional.empty(), sentence, Optional.empty()));
    }

    private void failed(Problem problem) {
        if (problem.code() == DeployError.SUPERSEDED) {
            return;
        }
        boolean back = problem.code().exit() == ExitCode.ROLLED_BACK;
        notifier.tell(notification(
                back ? Occasion.ROLLED_BACK : Occasion.FAILED,
                strategy(),
                OptionalInt.empty(),
                Optional.empty(),
                problem.summary(),
                Optional.of(problem.code().id())));
    }

    private String strategy() {
        return config.deploy().strategy().written();
    }

    private Notification notification(
            Occasion occasion,
            String strategy,
            OptionalInt release,
            Optional<String> image,
            String summary,
            Optional<String> code) {
        return new Notification(
                occasion,
                action,
                Instant.now(),
                config.app(),
                config.environment().name(),
                config.environment().namespace(),
                strategy,
                release,
                image,
                summary,
                code,
                build);
    }
}
