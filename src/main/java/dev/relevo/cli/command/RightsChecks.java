package dev.relevo.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import dev.relevo.access.LeastRole;
import dev.relevo.cluster.AccessQuestion;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.KubernetesCluster;
import dev.relevo.config.EnvironmentConfig;
import dev.relevo.config.RelevoConfig;
import dev.relevo.manifest.Manifests;
import dev.relevo.manifest.ProjectManifests;
import dev.relevo.report.RelevoException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Whether the identity of the environment may do all that a delivery does there, asked without doing any of it. */
final class RightsChecks {
    private static final int NAMED = 6;

    private RightsChecks() {}

    /** The manifests, from which the needed rights follow, and the rights. */
    static List<Check> all(KubernetesCluster cluster, Path project, RelevoConfig config) {
        LeastRole role;
        try {
            Manifests manifests = ProjectManifests.of(project, config);
            role = LeastRole.of(
                    config,
                    manifests.objects(),
                    ProjectManifests.workload(manifests, config).ref());
        } catch (RelevoException e) {
            return List.of(
                    Check.problem("manifests", e.problem()),
                    Check.note("rights", "not checked: they follow from the manifests"));
        }
        return List.of(rights(cluster, questions(role), config.environment()));
    }

    private static Check rights(
            KubernetesCluster cluster, Set<AccessQuestion> questions, EnvironmentConfig environment) {
        List<String> refused = new ArrayList<>();
        for (AccessQuestion question : questions) {
            Optional<Boolean> allowed = cluster.allowed(question);
            if (allowed.isEmpty()) {
                return Check.note("rights", "not checked: the cluster does not answer who may do what");
            }
            if (!allowed.get()) {
                refused.add(question.toString());
            }
        }
        if (refused.isEmpty()) {
            return Check.ok("rights", "may do all that a delivery does in " + environment.namespace());
        }
        int more = refused.size() - NAMED;
        return Check.problem(
                "rights",
                "may not " + String.join(", ", refused.subList(0, Math.min(NAMED, refused.size())))
                        + (more > 0 ? " and " + more + " more" : "") + " in " + environment.namespace(),
                "Let an administrator apply what `relevo rbac -e " + environment.name()
                        + "` prints, and bind it to this identity.");
    }

    private static Set<AccessQuestion> questions(LeastRole role) {
        Set<AccessQuestion> questions = new LinkedHashSet<>();
        for (KubeObject object : role.objects()) {
            for (JsonNode rule : object.at("/rules")) {
                for (String verb : words(rule, "verbs")) {
                    for (String group : words(rule, "apiGroups")) {
                        for (String resource : words(rule, "resources")) {
                            List<String> names = words(rule, "resourceNames");
                            for (String name : names.isEmpty() ? List.of("") : names) {
                                questions.add(new AccessQuestion(verb, group, resource, object.namespace(), name));
                            }
                        }
                    }
                }
            }
        }
        return questions;
    }

    private static List<String> words(JsonNode rule, String field) {
        List<String> words = new ArrayList<>();
        rule.path(field).forEach(word -> words.add(word.asText()));
        return words;
    }
}
