package dev.relevo.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.config.DeployConfig;
import dev.relevo.config.HookConfig;
import dev.relevo.config.HooksConfig.IfAfterFails;
import dev.relevo.deploy.plan.Hook;
import dev.relevo.deploy.plan.Hook.Moment;
import dev.relevo.deploy.plan.Hooks;
import dev.relevo.manifest.Injection;
import dev.relevo.manifest.Manifest;
import dev.relevo.manifest.ManifestError;
import dev.relevo.manifest.ManifestReader;
import dev.relevo.manifest.Manifests;
import dev.relevo.manifest.Source;
import dev.relevo.report.Problem;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The hooks of a project's configuration, their Jobs read and filled in for a release. */
final class ProjectHooks {
    private final Path project;
    private final Injection injection;

    /** @param injection what makes manifests those of the release */
    ProjectHooks(Path project, Injection injection) {
        this.project = project;
        this.injection = injection;
    }

    /** @throws dev.relevo.report.RelevoException with {@link ManifestError#HOOK_JOB} when a Job is none */
    Hooks of(DeployConfig config) {
        return new Hooks(
                all(config.hooks().before(), Moment.BEFORE),
                config.bigBang().before().map(hook -> hook(hook, Moment.BETWEEN, "deploy.bigBang.before")),
                all(config.hooks().after(), Moment.AFTER),
                all(config.hooks().onFailure(), Moment.ON_FAILURE),
                config.hooks().ifAfterFails() == IfAfterFails.FAIL);
    }

    private List<Hook> all(List<HookConfig> configured, Moment moment) {
        List<Hook> hooks = new ArrayList<>();
        for (int i = 0; i < configured.size(); i++) {
            String section = moment == Moment.ON_FAILURE ? "onFailure" : moment.word();
            hooks.add(hook(configured.get(i), moment, "deploy.hooks." + section + "[" + i + "]"));
        }
        return hooks;
    }

    private Hook hook(HookConfig configured, Moment moment, String key) {
        Hook.Action action = action(configured, key);
        return new Hook(configured.name().orElseGet(() -> name(action)), moment, action, configured.timeout());
    }

    private Hook.Action action(HookConfig configured, String key) {
        if (configured.http().isPresent()) {
            return new Hook.Request(configured.http().get());
        }
        return configured.job().isPresent()
                ? new Hook.Job(job(configured.job().get(), key))
                : new Hook.Program(configured.command());
    }

    /** What it does; of a URL only the host, because its path may be a secret. */
    private static String name(Hook.Action action) {
        if (action instanceof Hook.Request request) {
            return request.call().method() + " "
                    + URI.create(request.call().url()).getHost();
        }
        if (action instanceof Hook.Program program) {
            return String.valueOf(Path.of(program.words().get(0)).getFileName());
        }
        return "Job " + ((Hook.Job) action).manifest().name();
    }

    private KubeObject job(JsonNode written, String key) {
        Manifests manifests = written instanceof ObjectNode object
                ? new Manifests(List.of(new Manifest(named(object), new Source("relevo.yaml (" + key + ")", 0))))
                : new ManifestReader(project).read(written.asText());
        List<KubeObject> objects = injection.into(manifests).objects();
        if (objects.size() != 1
                || !objects.get(0).kind().equals(Kind.JOB)
                || !objects.get(0).at("/spec/template/spec").isObject()) {
            throw Problem.of(
                            ManifestError.HOOK_JOB,
                            key + ".job is "
                                    + objects.stream()
                                            .map(object -> object.ref().toString())
                                            .toList()
                                    + "; expected one Job (batch/v1) with a pod template")
                    .remedy("Name a file with exactly one Job, or write the Job there.")
                    .asException();
        }
        return objects.get(0);
    }

    /** Its name is given to it for every release anew, so that none need be written. */
    private static KubeObject named(ObjectNode written) {
        ObjectNode named = written.deepCopy();
        ObjectNode metadata = named.withObjectProperty("metadata");
        if (!metadata.hasNonNull("name")) {
            metadata.put("name", "hook");
        }
        return KubeObject.of(named);
    }
}
