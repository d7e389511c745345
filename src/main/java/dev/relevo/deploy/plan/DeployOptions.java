package dev.relevo.deploy.plan;

import dev.relevo.config.DeployConfig.IfSuperseded;
import dev.relevo.config.DeployConfig.OnInterrupt;
import dev.relevo.config.DeployConfig.StrategyName;
import dev.relevo.config.RelevoConfig;
import dev.relevo.deploy.lock.Ticket;
import java.time.Duration;
import java.util.Optional;

/**
 * How one deploy is run.
 *
 * @param strategy how a rollback hands over, where the settings do not choose
 * @param settings how plans are made
 * @param rollback whether a failed deploy brings the previous release back
 * @param createNamespace whether a missing namespace is created
 * @param timeout how long nothing may move before a wait fails
 * @param lockWait how long to wait for another deploy of the app; zero refuses at once
 * @param lease how long the lock outlives its last renewal
 * @param onInterrupt what becomes of it when its thread is interrupted; to finish is for whoever interrupts
 * @param watchdog image of the Job that takes the release back when the deploy dies; empty for none
 * @param ticket in which turn a deploy gets the lock
 */
public record DeployOptions(
        StrategyName strategy,
        Settings settings,
        boolean rollback,
        boolean createNamespace,
        Duration timeout,
        Duration lockWait,
        Duration lease,
        OnInterrupt onInterrupt,
        Optional<String> watchdog,
        Ticket ticket) {
    /** As in Kubernetes' own leader election. */
    public static final Duration LEASE = Duration.ofSeconds(15);

    public DeployOptions {
        if (lease.toSeconds() < 1) {
            throw new IllegalArgumentException("A lease lasts whole seconds, at least one, not " + lease);
        }
    }

    /** For a deploy that waits for its turn in any case. */
    public DeployOptions(
            StrategyName strategy,
            Settings settings,
            boolean rollback,
            boolean createNamespace,
            Duration timeout,
            Duration lockWait,
            Duration lease) {
        this(
                strategy,
                settings,
                rollback,
                createNamespace,
                timeout,
                lockWait,
                lease,
                OnInterrupt.WITHDRAW,
                Optional.empty(),
                Ticket.OF_A_DEPLOY);
    }

    public static DeployOptions of(RelevoConfig config) {
        return new DeployOptions(
                config.deploy().strategy().named().orElse(StrategyName.ROLLING),
                Settings.of(config),
                config.deploy().rollback(),
                config.environment().createNamespace(),
                config.deploy().timeout(),
                config.deploy().lockWait(),
                LEASE,
                config.deploy().onInterrupt(),
                config.deploy().watchdog().image(),
                new Ticket(config.deploy().buildNumber(), true, config.deploy().ifSuperseded() == IfSuperseded.ABORT));
    }

    /** The same with what is done around the deploy. */
    public DeployOptions withHooks(Hooks hooks) {
        return with(settings.withHooks(hooks));
    }

    /** The same with other plans. */
    public DeployOptions with(Settings other) {
        return new DeployOptions(
                strategy, other, rollback, createNamespace, timeout, lockWait, lease, onInterrupt, watchdog, ticket);
    }

    /** The same for a release that served before: a gradual try-out has nothing to find out. */
    public DeployOptions forComingBack() {
        return new DeployOptions(
                strategy == StrategyName.CANARY ? StrategyName.ROLLING : strategy,
                settings.forComingBack(),
                rollback,
                false,
                timeout,
                lockWait,
                lease,
                onInterrupt,
                watchdog,
                ticket);
    }
}
