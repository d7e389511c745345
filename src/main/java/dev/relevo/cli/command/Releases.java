package dev.relevo.cli.command;

import dev.relevo.deploy.DeployService;
import dev.relevo.deploy.execute.DiagnosisFinder;
import dev.relevo.deploy.lock.Pace;
import dev.relevo.deploy.lock.SystemPace;
import dev.relevo.deploy.release.AppRef;
import dev.relevo.notify.Notifier;
import dev.relevo.pipeline.Announcer;
import dev.relevo.pipeline.StepContext;
import dev.relevo.report.EventSink;
import dev.relevo.verify.ClusterReach;

/** What the commands share that look at releases. */
final class Releases {
    private static final int BRIEF = 10;

    private Releases() {}

    static DeployService service(Workbench bench) {
        return service(bench, bench.context().events());
    }

    /** The same, told to others than the person watching as well. */
    static DeployService service(Workbench bench, EventSink events) {
        return service(bench, events, new SystemPace());
    }

    /** The same, with a pace that others have too. */
    static DeployService service(Workbench bench, EventSink events, Pace pace) {
        return new DeployService(
                bench.cluster(),
                events,
                pace,
                new ClusterReach(bench.cluster()),
                new DiagnosisFinder(bench.cluster()),
                DeployService.processName());
    }

    /**
     * Tells others how it goes.
     *
     * @param action the command, e.g. {@code deploy}
     */
    static Announcer announcer(Workbench bench, Session session, String action) {
        StepContext context = bench.context();
        Notifier notifier = new Notifier(
                context.config().notifications(),
                context.project(),
                session.variables(),
                session::masked,
                context.events());
        return new Announcer(notifier, context.config(), action, session.variables());
    }

    static AppRef app(Workbench bench) {
        return new AppRef(
                bench.context().config().app(),
                bench.context().config().environment().namespace());
    }

    /** A commit as people say it. */
    static String brief(String revision) {
        return revision.length() <= BRIEF ? revision : revision.substring(0, BRIEF);
    }
}
