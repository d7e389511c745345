package dev.relevo.cli.command;

import dev.relevo.deploy.AppRef;
import dev.relevo.deploy.DeployService;
import dev.relevo.deploy.DiagnosisFinder;
import dev.relevo.deploy.SystemPace;
import dev.relevo.verify.ClusterReach;

/** What the commands share that look at releases. */
final class Releases {
    private static final int BRIEF = 10;

    private Releases() {}

    static DeployService service(Workbench bench) {
        return new DeployService(
                bench.cluster(),
                bench.context().events(),
                new SystemPace(),
                new ClusterReach(bench.cluster()),
                new DiagnosisFinder(bench.cluster()),
                DeployService.processName());
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
