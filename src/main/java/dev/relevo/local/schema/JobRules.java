package dev.relevo.local.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.store.Admission;
import dev.relevo.local.store.ObjectStore;
import java.util.List;

/** Jobs select their pods by labels that the server makes from the UID. */
final class JobRules implements KindRules {
    private static final List<String> RESTART_POLICIES = List.of("OnFailure", "Never");

    @Override
    public void applyDefaults(ObjectNode job) {
        WorkloadDefaults.job(job);
    }

    @Override
    public void prepare(Admission.Change change, ObjectStore store) {
        ObjectNode job = change.after();
        ObjectNode spec = Fields.child(job, "spec");
        if (change.before().isPresent() || spec.path("manualSelector").asBoolean()) {
            return;
        }
        String uid = job.path("metadata").path("uid").asText();
        String name = job.path("metadata").path("name").asText();
        Fields.object(spec, "template").ifPresent(template -> {
            ObjectNode labels = Fields.child(Fields.child(template, "metadata"), "labels");
            for (String prefix : List.of("batch.kubernetes.io/", "")) {
                labels.put(prefix + "controller-uid", uid);
                labels.put(prefix + "job-name", name);
            }
        });
        ObjectNode selector = Fields.child(spec, "selector");
        Fields.child(selector, "matchLabels").put("batch.kubernetes.io/controller-uid", uid);
        job.putObject("status");
    }

    @Override
    public void validate(Admission.Change change, FieldErrors errors) {
        JsonNode spec = change.after().path("spec");
        JsonNode pod = spec.path("template").path("spec");
        PodValidation.spec(pod, "spec.template.spec", errors);
        if (!RESTART_POLICIES.contains(pod.path("restartPolicy").asText())) {
            errors.required("spec.template.spec.restartPolicy", "valid values: \"OnFailure\", \"Never\"");
        }
        for (String field : List.of("parallelism", "completions", "backoffLimit")) {
            PodValidation.notNegative(spec, field, "spec", errors);
        }
        change.before().ifPresent(before -> {
            for (String field : List.of("selector", "template", "completionMode")) {
                if (!before.path("spec").path(field).equals(spec.path(field))) {
                    errors.invalid("spec." + field, spec.path(field), "field is immutable");
                }
            }
        });
    }
}
