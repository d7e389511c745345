package dev.relevo.deploy.execute;

import dev.relevo.deploy.plan.Hook;
import dev.relevo.deploy.plan.HookScene;
import dev.relevo.deploy.release.DeployError;
import dev.relevo.report.Problem;
import java.util.Map;

/** Does what hooks want done where the deploy runs: requests and programs. */
public interface Errands {
    /** For deploys without hooks. */
    Errands NONE = (hook, scene) -> {
        throw new IllegalStateException("Nobody here can do what hook [" + hook.name() + "] wants");
    };

    /**
     * Does it.
     *
     * @param hook whose action is a request or a program
     * @return what came of it, in a few words
     * @throws dev.relevo.report.RelevoException with {@link DeployError#HOOK_FAILED} when it failed or took too long
     */
    String run(Hook hook, HookScene scene) throws InterruptedException;

    /** Variables by which a Job that is started now finds the trace of the deploy; none where there is no trace. */
    default Map<String, String> trace() {
        return Map.of();
    }

    /**
     * A failure, for whoever does errands.
     *
     * @param why in one line
     */
    static Problem failed(Hook hook, String why) {
        return Problem.of(
                DeployError.HOOK_FAILED,
                "Hook [" + hook.name() + "] " + hook.moment().word() + " failed: " + why);
    }
}
