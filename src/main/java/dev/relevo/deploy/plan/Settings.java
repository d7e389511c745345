package dev.relevo.deploy.plan;

import dev.relevo.config.ClusterTarget;
import dev.relevo.config.DeployConfig;
import dev.relevo.config.DeployConfig.CanaryConfig.Step;
import dev.relevo.config.DeployConfig.PreviewRule;
import dev.relevo.config.RelevoConfig;
import dev.relevo.config.VerifyConfig;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How plans are made.
 *
 * @param history how many releases are remembered
 * @param prune whether objects that the release has no more are deleted
 * @param bake how long blue-green keeps the old version warm after the switch
 * @param preview whether blue-green asks the candidate through a route
 * @param steps the canary's shares
 * @param route the HTTPRoute that the canary uses; empty to find it
 * @param baseline whether a canary is compared with the old version started over again
 * @param verify what a candidate must show
 * @param auto how the strategy is chosen; empty where the release names it
 * @param hooks what is done around the deploy
 * @param settle how long proxies and open connections get after the endpoints changed, before pods go
 */
public record Settings(
        int history,
        boolean prune,
        Duration bake,
        PreviewRule preview,
        List<Step> steps,
        Optional<String> route,
        boolean baseline,
        VerifyConfig verify,
        Optional<AutoStrategy> auto,
        Hooks hooks,
        Duration settle) {
    /**
     * Endpoints reach every node's proxy within a second or two; what is on its way then still gets there. Pods have
     * their own preStop for the rest.
     */
    public static final Duration SETTLE = Duration.ofSeconds(2);

    public Settings {
        steps = List.copyOf(steps);
    }

    /** For releases that name their strategy, with what is done by default. */
    public Settings(
            int history,
            boolean prune,
            Duration bake,
            List<Step> steps,
            Optional<String> route,
            VerifyConfig verify,
            Duration settle) {
        this(history, prune, bake, PreviewRule.AUTO, steps, route, false, verify, Optional.empty(), Hooks.NONE, settle);
    }

    public static Settings of(RelevoConfig config) {
        DeployConfig deploy = config.deploy();
        boolean local = config.environment().cluster() instanceof ClusterTarget.Local;
        return new Settings(
                deploy.history(),
                deploy.prune(),
                deploy.blueGreen().bake(),
                deploy.blueGreen().preview(),
                deploy.canary().steps(),
                deploy.canary().route(),
                deploy.canary().baseline(),
                config.verify(),
                deploy.strategy().named().isPresent() ? Optional.empty() : Optional.of(new AutoStrategy(local, true)),
                Hooks.NONE,
                SETTLE);
    }

    /** Whether blue-green asks its candidate through a route, if one leads to the app. */
    public boolean asksByRoute() {
        return !verify.http().isEmpty() && preview != PreviewRule.OFF;
    }

    /** For bringing back what was verified when it was deployed: no checks, no bake, no hooks. */
    public Settings forRestoring() {
        return new Settings(
                history,
                prune,
                Duration.ZERO,
                preview,
                steps,
                route,
                false,
                new VerifyConfig(List.of(), Optional.empty()),
                auto,
                Hooks.NONE,
                settle);
    }

    /** For a release that served before: the way back depends on nothing outside of the cluster. */
    Settings forComingBack() {
        return new Settings(
                history,
                prune,
                bake,
                preview,
                steps,
                route,
                baseline,
                verify,
                auto.map(AutoStrategy::forComingBack),
                Hooks.NONE,
                settle);
    }

    /** For a release that names its strategy. */
    public Settings withoutAuto() {
        return new Settings(
                history, prune, bake, preview, steps, route, baseline, verify, Optional.empty(), hooks, settle);
    }

    Settings withHooks(Hooks other) {
        return new Settings(history, prune, bake, preview, steps, route, baseline, verify, auto, other, settle);
    }

    /** The same with another time for connections on their way. */
    public Settings withSettle(Duration other) {
        return new Settings(history, prune, bake, preview, steps, route, baseline, verify, auto, hooks, other);
    }
}
