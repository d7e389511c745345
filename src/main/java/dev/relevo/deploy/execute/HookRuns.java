package dev.relevo.deploy.execute;

import dev.relevo.cluster.ClusterRefusal;
import dev.relevo.deploy.plan.Hook;
import dev.relevo.deploy.plan.HookScene;
import dev.relevo.deploy.release.DeployError;
import dev.relevo.deploy.release.HookOutcome;
import dev.relevo.report.Event;
import dev.relevo.report.Problem;
import dev.relevo.report.RelevoException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Runs hooks and remembers how they ended. */
final class HookRuns {
    private final Tools tools;
    private final Map<Integer, List<HookOutcome>> ended;

    /** @param ended how those ended that ran before, by the number of their release; more are added */
    HookRuns(Tools tools, Map<Integer, List<HookOutcome>> ended) {
        this.tools = tools;
        this.ended = ended;
    }

    /** What is added to. */
    Map<Integer, List<HookOutcome>> ended() {
        return ended;
    }

    /** How those of a release ended that ran so far, in their order. */
    List<HookOutcome> outcomes(int release) {
        return List.copyOf(ended.getOrDefault(release, List.of()));
    }

    /**
     * Runs one.
     *
     * @param decides whether its failure is one of the deploy
     * @return what came of it
     * @throws RelevoException when it failed and that decides; with {@link DeployError#HOOK_REFUSED} when nothing was touched yet
     */
    String run(String id, Hook hook, HookScene scene, boolean decides) throws InterruptedException {
        Duration began = tools.pace().elapsed();
        try {
            String said = act(id, hook, scene);
            note(hook, scene, true, began, said);
            return said;
        } catch (ClusterRefusal refusal) {
            return failed(hook, scene, refusal.problem().asException(refusal), began, decides);
        } catch (RelevoException e) {
            return failed(hook, scene, e, began, decides);
        }
    }

    private String act(String id, Hook hook, HookScene scene) throws InterruptedException {
        return hook.action() instanceof Hook.Job job
                ? new HookJob(tools, hook, job, scene).run(id)
                : tools.errands().run(hook, scene);
    }

    private String failed(Hook hook, HookScene scene, RelevoException e, Duration began, boolean decides) {
        Problem problem = e.problem();
        note(hook, scene, false, began, problem.summary());
        boolean ofTheHook = problem.code() == DeployError.HOOK_FAILED;
        if (ofTheHook && !decides) {
            tools.events().emit(new Event.Warning(problem.summary(), "The deploy goes on without it"));
            return "failed";
        }
        if (ofTheHook && hook.moment() == Hook.Moment.BEFORE) {
            Problem refused = new Problem(
                            DeployError.HOOK_REFUSED, problem.summary(), problem.details(), problem.remedy())
                    .detail("Nothing was changed");
            throw refused.asException(e);
        }
        throw e;
    }

    private void note(Hook hook, HookScene scene, boolean done, Duration began, String detail) {
        Duration took = tools.pace().elapsed().minus(began);
        ended.computeIfAbsent(scene.release(), first -> new ArrayList<>())
                .add(new HookOutcome(hook.name(), hook.moment().word(), done, took, detail));
    }
}
