package dev.relevo.deploy.strategy;

import dev.relevo.config.DeployConfig.StrategyName;
import dev.relevo.deploy.plan.Observed;
import dev.relevo.deploy.plan.Plan;
import dev.relevo.deploy.plan.Settings;
import dev.relevo.deploy.release.DeployError;
import dev.relevo.deploy.release.Release;

/**
 * How the traffic is handed over from the version that serves to a release. A strategy is a pure function: from the same
 * observation it makes the same plan, and from every observation, whatever an interrupted deploy left, a plan that ends in
 * the steady state that the manifests say.
 */
public sealed interface Strategy permits BigBang, Rolling, BlueGreen, Canary {
    /**
     * The operations that lead from the observed cluster to the release.
     *
     * @throws dev.relevo.report.RelevoException with {@link DeployError#UNSAFE_CHANGE} when this way cannot be gone safely
     */
    Plan plan(Observed observed, Release release, Settings settings);

    static Strategy of(StrategyName name) {
        return switch (name) {
            case BIG_BANG -> new BigBang();
            case ROLLING -> new Rolling();
            case BLUE_GREEN -> new BlueGreen();
            case CANARY -> new Canary();
        };
    }

    /**
     * The way back to a release that served before, after a hand-over by the given strategy failed: never mixes versions
     * where the hand-over did not, and asks for nothing that was verified when that release was deployed.
     */
    static Plan restore(Observed observed, Release previous, StrategyName failed, Settings settings) {
        Settings plain = settings.forRestoring();
        return switch (failed) {
            case BIG_BANG -> new BigBang().plan(observed, previous, plain);
            case BLUE_GREEN -> new BlueGreen().plan(observed, previous, plain);
            case ROLLING, CANARY -> new Rolling().plan(observed, previous, plain);
        };
    }
}
