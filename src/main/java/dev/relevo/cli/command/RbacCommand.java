package dev.relevo.cli.command;

import dev.relevo.access.LeastRole;
import dev.relevo.cluster.KubeObject;
import dev.relevo.config.RelevoConfig;
import dev.relevo.manifest.ManifestYaml;
import dev.relevo.manifest.Manifests;
import dev.relevo.manifest.ProjectManifests;
import dev.relevo.report.Event;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** What an identity must be allowed. */
@Command(
        name = "rbac",
        description = "Prints the least Role that delivers this project into an environment; asks no cluster.")
final class RbacCommand implements Callable<Integer> {
    private final Session session;

    RbacCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        RelevoConfig config = session.load().config();
        Manifests manifests = ProjectManifests.of(session.project(), config);
        LeastRole role = LeastRole.of(
                config,
                manifests.objects(),
                ProjectManifests.workload(manifests, config).ref());
        role.notes().forEach(note -> session.events().emit(new Event.Warning(note, "")));
        if (session.json()) {
            session.printJson(role.objects().stream().map(KubeObject::tree).toList());
        } else {
            session.print(List.of(ManifestYaml.write(role.objects()).stripTrailing()));
        }
        return 0;
    }
}
