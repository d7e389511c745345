package dev.relevo.local.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.network.StandIns;
import dev.relevo.local.store.LabelSelector;
import dev.relevo.local.store.ObjectStore;
import dev.relevo.local.store.ResourceType;
import dev.relevo.local.store.ResourceTypes;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The variables that a manifest gives a container, in kubelet's order: Service variables, then {@code envFrom}, then
 * {@code env}, each able to refer to earlier ones.
 */
final class ContainerEnvironment {
    private final ObjectStore store;
    private final JsonNode pod;
    private final String namespace;
    private final String podIp;

    ContainerEnvironment(ObjectStore store, JsonNode pod, String podIp) {
        this.store = store;
        this.pod = pod;
        this.namespace = pod.path("metadata").path("namespace").asText();
        this.podIp = podIp;
    }

    /** What the Services of the namespace say of themselves. */
    Map<String, String> serviceVariables() {
        Map<String, String> variables = new LinkedHashMap<>();
        if (pod.path("spec").path("enableServiceLinks").asBoolean(true)) {
            for (ObjectNode service : store.list(ResourceTypes.SERVICE, namespace, LabelSelector.everything())) {
                addService(service, variables);
            }
        }
        return variables;
    }

    private static void addService(JsonNode service, Map<String, String> variables) {
        String ip = service.path("spec").path("clusterIP").asText("");
        if (ip.isEmpty()
                || ip.equals("None")
                || service.path("spec").path("ports").isEmpty()) {
            return;
        }
        String name = variableName(service.path("metadata").path("name").asText());
        JsonNode ports = service.path("spec").path("ports");
        InetSocketAddress first = answering(service, ip, ports.path(0));
        variables.put(name + "_SERVICE_HOST", first.getHostString());
        variables.put(name + "_SERVICE_PORT", String.valueOf(first.getPort()));
        for (JsonNode port : ports) {
            String protocol = port.path("protocol").asText("TCP");
            InetSocketAddress address = answering(service, ip, port);
            String number = String.valueOf(address.getPort());
            String url = protocol.toLowerCase(Locale.ROOT) + "://" + address.getHostString() + ":" + number;
            if (port.hasNonNull("name")) {
                variables.put(
                        name + "_SERVICE_PORT_" + variableName(port.path("name").asText()), number);
            }
            variables.putIfAbsent(name + "_PORT", url);
            String prefix = name + "_PORT_" + port.path("port").asText() + "_" + protocol;
            variables.put(prefix, url);
            variables.put(prefix + "_PROTO", protocol.toLowerCase(Locale.ROOT));
            variables.put(prefix + "_PORT", number);
            variables.put(prefix + "_ADDR", address.getHostString());
        }
    }

    /** Where a port answers: not everywhere can every port be bound. */
    private static InetSocketAddress answering(JsonNode service, String ip, JsonNode port) {
        int number = port.path("port").asInt();
        return StandIns.of(service, number).orElseGet(() -> InetSocketAddress.createUnresolved(ip, number));
    }

    private static String variableName(String name) {
        return name.toUpperCase(Locale.ROOT).replace('-', '_');
    }

    /**
     * The variables of {@code envFrom} and {@code env}.
     *
     * @throws CannotStart naming what is missing, in kubelet's words
     */
    Map<String, String> declared(JsonNode container, Map<String, String> serviceVariables) throws CannotStart {
        Map<String, String> declared = new LinkedHashMap<>();
        for (JsonNode from : container.path("envFrom")) {
            String prefix = from.path("prefix").asText("");
            readAll(from).forEach((key, value) -> declared.put(prefix + key, value));
        }
        for (JsonNode variable : container.path("env")) {
            Map<String, String> known = new LinkedHashMap<>(serviceVariables);
            known.putAll(declared);
            Optional<String> value = variable.has("valueFrom")
                    ? valueFrom(variable.path("valueFrom"), container)
                    : Optional.of(Expansion.expand(variable.path("value").asText(""), known));
            value.ifPresent(text -> declared.put(variable.path("name").asText(), text));
        }
        return declared;
    }

    private Map<String, String> readAll(JsonNode from) throws CannotStart {
        boolean secret = from.has("secretRef");
        JsonNode reference = secret ? from.path("secretRef") : from.path("configMapRef");
        Optional<ObjectNode> source = source(secret, reference);
        Map<String, String> all = new LinkedHashMap<>();
        source.ifPresent(object -> object.path("data")
                .properties()
                .forEach(entry -> all.put(
                        entry.getKey(),
                        secret ? decode(entry.getValue()) : entry.getValue().asText())));
        return all;
    }

    private Optional<String> valueFrom(JsonNode from, JsonNode container) throws CannotStart {
        if (from.has("configMapKeyRef") || from.has("secretKeyRef")) {
            return keyOf(from);
        }
        if (from.has("fieldRef")) {
            String path = from.path("fieldRef").path("fieldPath").asText();
            return Optional.of(FieldPaths.field(pod, path, podIp)
                    .orElseThrow(() -> CannotStart.config("unsupported fieldPath: " + path)));
        }
        JsonNode reference = from.path("resourceFieldRef");
        JsonNode owner = reference.path("containerName").asText("").isEmpty()
                ? container
                : PodSpecs.container(pod, reference.path("containerName").asText());
        String resource = reference.path("resource").asText();
        return Optional.of(
                FieldPaths.resource(owner, resource, reference.path("divisor").asText(""))
                        .orElseThrow(() -> CannotStart.config("unsupported container resource : " + resource)));
    }

    private Optional<String> keyOf(JsonNode from) throws CannotStart {
        boolean secret = from.has("secretKeyRef");
        JsonNode reference = secret ? from.path("secretKeyRef") : from.path("configMapKeyRef");
        Optional<ObjectNode> source = source(secret, reference);
        String key = reference.path("key").asText();
        JsonNode value = source.map(object -> object.path("data").path(key))
                .orElse(com.fasterxml.jackson.databind.node.MissingNode.getInstance());
        if (value.isMissingNode()) {
            if (reference.path("optional").asBoolean()) {
                return Optional.empty();
            }
            throw CannotStart.config("couldn't find key " + key + " in " + (secret ? "Secret " : "ConfigMap ")
                    + namespace + "/" + reference.path("name").asText());
        }
        return Optional.of(secret ? decode(value) : value.asText());
    }

    private Optional<ObjectNode> source(boolean secret, JsonNode reference) throws CannotStart {
        ResourceType type = secret ? ResourceTypes.SECRET : ResourceTypes.CONFIG_MAP;
        String name = reference.path("name").asText();
        Optional<ObjectNode> object = store.get(type.key(namespace, name));
        if (object.isEmpty() && !reference.path("optional").asBoolean()) {
            throw CannotStart.config((secret ? "secret" : "configmap") + " \"" + name + "\" not found");
        }
        return object;
    }

    private static String decode(JsonNode value) {
        return new String(Base64.getDecoder().decode(value.asText()), StandardCharsets.UTF_8);
    }
}
