package dev.relevo.access;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.cluster.Cluster;
import dev.relevo.cluster.ClusterRefusal;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.ObjectRef;
import dev.relevo.deploy.release.Marks;
import dev.relevo.registry.CloudLogin;
import dev.relevo.registry.RegistryError;
import dev.relevo.report.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * The Secret with which nodes pull images, of type {@value #TYPE}. Logins of other registries in it are kept.
 *
 * @param ref where it is
 */
public record PullSecret(ObjectRef ref) {
    private static final String TYPE = "kubernetes.io/dockerconfigjson";
    private static final String KEY = ".dockerconfigjson";
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * Puts the logins into it; makes it when it is not there. Needs get, patch and create of this one name.
     *
     * @throws dev.relevo.report.RelevoException with {@link RegistryError#PULL_SECRET} when what is there is something else
     */
    public void put(Cluster cluster, List<CloudLogin> logins) {
        try {
            ObjectNode config = cluster.get(ref).map(this::present).orElseGet(JSON::createObjectNode);
            ObjectNode auths = config.withObjectProperty("auths");
            for (CloudLogin login : logins) {
                auths.putObject(login.registry())
                        .put("username", login.username())
                        .put("password", login.password())
                        .put("auth", base64(login.username() + ":" + login.password()));
            }
            KubeObject unused = cluster.apply(secret(config), Cluster.ApplyOptions.FORCE);
        } catch (ClusterRefusal refusal) {
            throw refusal.problem().asException(refusal);
        }
    }

    private KubeObject secret(ObjectNode config) {
        return KubeObject.named(ref)
                .withLabel(Marks.MANAGED_BY, "relevo")
                .with(tree -> tree.put("type", TYPE).putObject("data").put(KEY, base64(config.toString())));
    }

    private ObjectNode present(KubeObject live) {
        String type = live.at("/type").asText();
        if (!type.equals(TYPE)) {
            throw unfit(ref + " is of type [" + type + "], not [" + TYPE + "]", Optional.empty());
        }
        String data = live.at("/data").path(KEY).asText("");
        try {
            JsonNode config = JSON.readTree(Base64.getDecoder().decode(data));
            if (config instanceof ObjectNode object
                    && (object.path("auths").isObject() || object.path("auths").isMissingNode())) {
                return object;
            }
            throw unfit(ref + " holds no Docker configuration", Optional.empty());
        } catch (JsonProcessingException | IllegalArgumentException e) {
            throw unfit(ref + " holds no Docker configuration", Optional.empty());
        } catch (IOException e) {
            throw unfit(ref + " holds no Docker configuration", Optional.of(e));
        }
    }

    private RuntimeException unfit(String fact, Optional<Exception> cause) {
        Problem problem = Problem.of(RegistryError.PULL_SECRET, fact)
                .remedy("Choose another name with --secret, or delete it (kubectl -n " + ref.namespace()
                        + " delete secret " + ref.name() + ") to have it made anew.");
        return cause.isPresent() ? problem.asException(cause.get()) : problem.asException();
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
