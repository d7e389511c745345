package dev.relevo.cli.command;

import dev.relevo.deploy.DeployService;
import dev.relevo.deploy.plan.FrozenPlan;
import dev.relevo.pipeline.Announcer;
import dev.relevo.pipeline.BuildStep;
import dev.relevo.pipeline.ConfigMapStep;
import dev.relevo.pipeline.DeployStep;
import dev.relevo.pipeline.HookErrands;
import dev.relevo.pipeline.PushStep;
import dev.relevo.pipeline.StepContext;
import dev.relevo.pipeline.StepResult;
import dev.relevo.pipeline.TestStep;
import dev.relevo.registry.Credentials;
import java.util.Optional;

/** The five steps, wired for one call. */
final class Steps {
    private final Workbench bench;
    private final Session session;

    private Steps(Workbench bench, Session session) {
        this.bench = bench;
        this.session = session;
    }

    static Steps of(Workbench bench, Session session) {
        return new Steps(bench, session);
    }

    StepResult.Tests test(StepContext context) {
        return new TestStep().run(context);
    }

    StepResult.Build build(StepContext context) {
        Credentials login = new Credentials(context.config().image().repository(), session.variables());
        return new BuildStep(login, session.variables()).run(context);
    }

    StepResult.Push push(StepContext context) {
        return new PushStep(session.variables()).run(context);
    }

    StepResult.Config configmap(StepContext context) {
        return new ConfigMapStep().run(context, Optional.of(bench.cluster()));
    }

    /** Makes the files of the step and leaves the cluster alone. */
    StepResult.Config configmapFiles(StepContext context) {
        return new ConfigMapStep().run(context, Optional.empty());
    }

    StepResult.Deploy deploy(StepContext context) {
        return deploy(context, Optional.empty());
    }

    StepResult.Deploy deploy(StepContext context, Optional<FrozenPlan> agreed) {
        bench.local().ifPresent(local -> local.prepare(bench.cluster(), context.events()));
        Announcer announcer = Releases.announcer(bench, session, "deploy");
        try (FinishingDeploy events = new FinishingDeploy(
                announcer.listening(context.events()),
                session.policy(),
                context.config().deploy())) {
            StepContext told = context.withEvents(events);
            DeployService service = Releases.service(bench, events).with(new HookErrands(told, session.variables()));
            return announcer.around(
                    () -> new DeployStep().run(told, bench.cluster(), service, agreed),
                    result -> Optional.of(Announcer.deployed(result)));
        }
    }
}
