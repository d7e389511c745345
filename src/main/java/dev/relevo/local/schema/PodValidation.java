package dev.relevo.local.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** The rules for a pod's specification, in a pod and in a template. */
final class PodValidation {
    private static final List<String> RESTART_POLICIES = List.of("Always", "OnFailure", "Never");
    private static final List<String> PULL_POLICIES = List.of("Always", "IfNotPresent", "Never");
    private static final Pattern QUANTITY =
            Pattern.compile("[+-]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][+-]?\\d+|[numkMGTPE]|[KMGTPE]i)?");
    private static final String QUANTITY_RULE =
            "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

    private PodValidation() {}

    static void spec(JsonNode spec, String at, FieldErrors errors) {
        spec(spec, Set.of(), at, errors);
    }

    /**
     * The same in a StatefulSet.
     *
     * @param claims the volumes that its claim templates give each pod
     */
    static void spec(JsonNode spec, Set<String> claims, String at, FieldErrors errors) {
        Set<String> volumes = new HashSet<>();
        JsonNode volumeList = spec.path("volumes");
        for (int i = 0; i < volumeList.size(); i++) {
            JsonNode name = volumeList.get(i).path("name");
            String field = at + ".volumes[" + i + "]";
            if (name.asText("").isEmpty()) {
                errors.required(field + ".name", "");
            } else if (!volumes.add(name.asText())) {
                errors.duplicate(field + ".name", name);
            } else {
                Names.label(name.asText(), field + ".name", errors);
            }
            volumeSource(volumeList.get(i), field, errors);
        }
        volumes.addAll(claims);
        if (spec.path("containers").isEmpty()) {
            errors.required(at + ".containers", "");
        }
        Set<String> names = new HashSet<>();
        containers(spec.path("containers"), at + ".containers", names, volumes, errors);
        containers(spec.path("initContainers"), at + ".initContainers", names, volumes, errors);
        if (!RESTART_POLICIES.contains(spec.path("restartPolicy").asText())) {
            errors.notSupported(at + ".restartPolicy", spec.path("restartPolicy"), RESTART_POLICIES);
        }
        notNegative(spec, "terminationGracePeriodSeconds", at, errors);
        Names.labels(spec.path("nodeSelector"), at + ".nodeSelector", errors);
    }

    private static void volumeSource(JsonNode volume, String at, FieldErrors errors) {
        JsonNode configMap = volume.path("configMap");
        if (!configMap.isMissingNode() && configMap.path("name").asText("").isEmpty()) {
            errors.required(at + ".configMap.name", "");
        }
        JsonNode secret = volume.path("secret");
        if (!secret.isMissingNode() && secret.path("secretName").asText("").isEmpty()) {
            errors.required(at + ".secret.secretName", "");
        }
        if (volume.size() > 2) {
            errors.forbidden(at, "may not specify more than 1 volume type");
        }
    }

    private static void containers(
            JsonNode containers, String at, Set<String> names, Set<String> volumes, FieldErrors errors) {
        for (int i = 0; i < containers.size(); i++) {
            JsonNode container = containers.get(i);
            String field = at + "[" + i + "]";
            JsonNode name = container.path("name");
            if (name.asText("").isEmpty()) {
                errors.required(field + ".name", "");
            } else {
                Names.label(name.asText(), field + ".name", errors);
                if (!names.add(name.asText())) {
                    errors.duplicate(field + ".name", name);
                }
            }
            container(container, field, volumes, errors);
        }
    }

    private static void container(JsonNode container, String at, Set<String> volumes, FieldErrors errors) {
        String image = container.path("image").asText("");
        if (image.isEmpty()) {
            errors.required(at + ".image", "");
        } else if (!image.strip().equals(image)) {
            errors.invalid(at + ".image", container.path("image"), "must not have leading or trailing whitespace");
        }
        if (!PULL_POLICIES.contains(container.path("imagePullPolicy").asText())) {
            errors.notSupported(at + ".imagePullPolicy", container.path("imagePullPolicy"), PULL_POLICIES);
        }
        ports(container.path("ports"), at + ".ports", errors);
        environment(container.path("env"), at + ".env", errors);
        resources(container.path("resources"), at + ".resources", errors);
        JsonNode mounts = container.path("volumeMounts");
        Set<String> paths = new HashSet<>();
        for (int i = 0; i < mounts.size(); i++) {
            String field = at + ".volumeMounts[" + i + "]";
            JsonNode name = mounts.get(i).path("name");
            JsonNode path = mounts.get(i).path("mountPath");
            if (name.asText("").isEmpty()) {
                errors.required(field + ".name", "");
            } else if (!volumes.contains(name.asText())) {
                errors.notFound(field + ".name", name);
            }
            if (path.asText("").isEmpty()) {
                errors.required(field + ".mountPath", "");
            } else if (!paths.add(path.asText())) {
                errors.invalid(field + ".mountPath", path, "must be unique");
            }
        }
        ProbeValidation.container(container, at, errors);
    }

    private static void ports(JsonNode ports, String at, FieldErrors errors) {
        Set<String> names = new HashSet<>();
        for (int i = 0; i < ports.size(); i++) {
            String field = at + "[" + i + "]";
            JsonNode name = ports.get(i).path("name");
            if (!name.asText("").isEmpty()) {
                PortValidation.portName(name, field + ".name", errors);
                if (!names.add(name.asText())) {
                    errors.duplicate(field + ".name", name);
                }
            }
            JsonNode number = ports.get(i).path("containerPort");
            if (number.isMissingNode()) {
                errors.required(field + ".containerPort", "");
            } else {
                PortValidation.number(number, field + ".containerPort", errors);
            }
            PortValidation.protocol(ports.get(i), field, errors);
        }
    }

    private static void environment(JsonNode variables, String at, FieldErrors errors) {
        for (int i = 0; i < variables.size(); i++) {
            String field = at + "[" + i + "]";
            JsonNode variable = variables.get(i);
            if (variable.path("name").asText("").isEmpty()) {
                errors.required(field + ".name", "");
            }
            if (!variable.path("value").asText("").isEmpty() && variable.has("valueFrom")) {
                errors.invalid(field + ".valueFrom", "", "may not be specified when `value` is not empty");
            }
        }
    }

    private static void resources(JsonNode resources, String at, FieldErrors errors) {
        JsonNode limits = resources.path("limits");
        JsonNode requests = resources.path("requests");
        quantities(limits, at + ".limits", errors);
        quantities(requests, at + ".requests", errors);
        for (var request : requests.properties()) {
            JsonNode limit = limits.get(request.getKey());
            if (limit != null && Quantity.exceeds(request.getValue(), limit)) {
                errors.invalid(
                        at + ".requests",
                        request.getValue().asText(),
                        "must be less than or equal to " + request.getKey() + " limit of " + limit.asText());
            }
        }
    }

    private static void quantities(JsonNode list, String at, FieldErrors errors) {
        for (var entry : list.properties()) {
            if (!QUANTITY.matcher(entry.getValue().asText()).matches()) {
                errors.invalid(at + "[" + entry.getKey() + "]", entry.getValue(), QUANTITY_RULE);
            } else if (entry.getValue().asText().startsWith("-")) {
                errors.invalid(at + "[" + entry.getKey() + "]", entry.getValue(), "must be greater than or equal to 0");
            }
        }
    }

    static void notNegative(JsonNode object, String name, String at, FieldErrors errors) {
        if (object.path(name).asLong(0) < 0) {
            errors.invalid(at + "." + name, object.path(name), "must be greater than or equal to 0");
        }
    }
}
