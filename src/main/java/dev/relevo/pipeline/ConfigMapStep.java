package dev.relevo.pipeline;

import dev.relevo.cluster.Cluster;
import dev.relevo.cluster.ClusterRefusal;
import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.ObjectRef;
import dev.relevo.config.RelevoConfig;
import dev.relevo.manifest.ConfigData;
import dev.relevo.manifest.ConfigHash;
import dev.relevo.manifest.ConfigMapObject;
import dev.relevo.manifest.CurrentConfig;
import dev.relevo.manifest.ManifestDiff;
import dev.relevo.manifest.ManifestError;
import dev.relevo.manifest.ManifestYaml;
import dev.relevo.manifest.ProjectManifests;
import dev.relevo.report.Event;
import dev.relevo.report.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes the project's configuration one immutable ConfigMap, named by its content. */
public final class ConfigMapStep {
    /** The object that was made, beside the step's result: the deploy step applies exactly this one. */
    public static final String MANIFEST = "configmap.yaml";

    /**
     * Collects and checks the configuration and, with a cluster, shows what changes and creates the object. Everything that can be
     * wrong with the data is found before anything is written.
     *
     * @param cluster where it goes; empty to make only the files
     * @throws dev.relevo.report.RelevoException with a {@link ManifestError}
     */
    public StepResult.Config run(StepContext context, Optional<Cluster> cluster) {
        RelevoConfig config = context.config();
        return StepRecorder.run(context, "configmap", config.app(), () -> configure(context, cluster));
    }

    /** The ConfigMap that the step made for the project; empty when the project has no configuration. */
    public static Optional<KubeObject> made(Path project) {
        Path file = file(project);
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            return ManifestYaml.read(Files.readString(file), file.toString()).stream()
                    .findFirst();
        } catch (IOException e) {
            throw notUsable("read", file, e);
        }
    }

    private StepRecorder.Ended<StepResult.Config> configure(StepContext context, Optional<Cluster> cluster) {
        RelevoConfig config = context.config();
        Optional<String> name = ProjectManifests.configName(config);
        if (name.isEmpty()) {
            forget(context.project());
            return StepRecorder.Ended.unchanged(
                    new StepResult.Config(
                            Optional.empty(), Optional.empty(), Optional.empty(), List.of(), Optional.empty()),
                    "relevo.yaml names no configuration");
        }
        ConfigData data = ConfigData.collect(context.project(), config.configmap());
        KubeObject object =
                ConfigMapObject.of(config.app(), config.environment().namespace(), name.get(), data);
        Creation creation =
                cluster.map(at -> create(context, at, name.get(), object)).orElse(Creation.NONE);
        keep(context.project(), object);
        StepResult.Config result = new StepResult.Config(
                name,
                Optional.of(object.name()),
                Optional.of(ConfigHash.of(data.values())),
                data.keys(),
                creation.change());
        String keys = data.keys().size() + (data.keys().size() == 1 ? " key" : " keys");
        return creation.made() || cluster.isEmpty()
                ? StepRecorder.Ended.done(result, object.name() + " with " + keys)
                : StepRecorder.Ended.unchanged(result, object.name() + " with " + keys + " is there already");
    }

    /**
     * @param made whether it was not there before
     * @param change from the one before, if there is one
     */
    private record Creation(boolean made, Optional<StepResult.ConfigChange> change) {
        static final Creation NONE = new Creation(false, Optional.empty());
    }

    private Creation create(StepContext context, Cluster cluster, String name, KubeObject object) {
        Optional<KubeObject> there = cluster.get(object.ref());
        if (there.isPresent()) {
            requireSame(object, there.get());
            return Creation.NONE;
        }
        Optional<KubeObject> current =
                CurrentConfig.find(cluster, context.config().app(), object.namespace(), name);
        Optional<StepResult.ConfigChange> change = current.map(before -> change(before, object));
        show(context, change);
        if (context.config().environment().createNamespace()) {
            requireNamespace(cluster, object.namespace());
        }
        try {
            cluster.create(object);
            return new Creation(true, change);
        } catch (ClusterRefusal.Conflict meanwhile) {
            requireSame(object, cluster.get(object.ref()).orElseThrow(() -> meanwhile));
            return Creation.NONE;
        }
    }

    private static StepResult.ConfigChange change(KubeObject current, KubeObject object) {
        // The name changes with every content; only the content is worth showing.
        KubeObject before = current.with(tree ->
                ((com.fasterxml.jackson.databind.node.ObjectNode) tree.path("metadata")).put("name", object.name()));
        return new StepResult.ConfigChange(
                current.name(),
                ManifestDiff.ofDryRun(Optional.of(before), object).lines());
    }

    private static void show(StepContext context, Optional<StepResult.ConfigChange> change) {
        if (change.isEmpty()) {
            context.events().emit(new Event.Info("The app has no configuration in the cluster yet"));
            return;
        }
        context.events()
                .emit(new Event.Info(
                        "Configuration changes from " + change.get().from() + ":"));
        change.get().lines().forEach(line -> context.events().emit(new Event.Output("configmap", line)));
    }

    private static void requireNamespace(Cluster cluster, String namespace) {
        ObjectRef ref = new ObjectRef(Kind.NAMESPACE, "", namespace);
        if (cluster.get(ref).isEmpty()) {
            try {
                cluster.create(KubeObject.named(ref));
            } catch (ClusterRefusal.Conflict meanwhile) {
                // Somebody else made it, which is as good.
                return;
            }
        }
    }

    private static void requireSame(KubeObject wanted, KubeObject there) {
        boolean same = wanted.strings("/data").equals(there.strings("/data"))
                && wanted.strings("/binaryData").equals(there.strings("/binaryData"));
        if (!same) {
            throw Problem.of(
                            ManifestError.CONFIG_TAKEN,
                            wanted.ref() + " is there with another content than its name says")
                    .detail("Keys there: " + Map.copyOf(there.strings("/data")).keySet())
                    .remedy("Find out who changed it; if nothing uses it, delete it and run the step again.")
                    .asException();
        }
    }

    private static void keep(Path project, KubeObject object) {
        Path file = StepResults.of(project).folder().resolve(MANIFEST);
        try {
            Files.writeString(file, ManifestYaml.write(object));
        } catch (IOException e) {
            throw notUsable("write", file, e);
        }
    }

    private static void forget(Path project) {
        try {
            Files.deleteIfExists(file(project));
        } catch (IOException e) {
            throw notUsable("remove", file(project), e);
        }
    }

    private static Path file(Path project) {
        return project.resolve(StepResults.FOLDER).resolve(MANIFEST);
    }

    private static RuntimeException notUsable(String what, Path file, IOException e) {
        return Problem.of(ManifestError.CONFIG_FILE, "Cannot " + what + " [" + file + "]")
                .detail(e.toString())
                .remedy("Check the folder's owner and the free space of its disk.")
                .asException(e);
    }
}
