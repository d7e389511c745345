package dev.relevo.manifest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.ObjectRef;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/** The immutable ConfigMap of one configuration. */
public final class ConfigMapObject {
    /** Says under which name manifests know the configuration. */
    public static final String NAME_ANNOTATION = "relevo.dev/config-name";

    private ConfigMapObject() {}

    /**
     * The object, named {@code <name>-<hash>}; text that is not UTF-8 goes into binaryData.
     *
     * @param app whose it is
     * @param namespace where it goes
     * @param name the name that manifests use
     */
    public static KubeObject of(String app, String namespace, String name, ConfigData content) {
        String liveName = name + "-" + ConfigHash.of(content.values());
        KubeObject object = KubeObject.named(new ObjectRef(Kind.CONFIG_MAP, namespace, liveName))
                .withAnnotation(NAME_ANNOTATION, name)
                .with(tree -> {
                    tree.put("immutable", true);
                    ObjectNode text = tree.objectNode();
                    ObjectNode binary = tree.objectNode();
                    content.values()
                            .forEach((key, bytes) -> utf8(bytes)
                                    .ifPresentOrElse(
                                            value -> text.put(key, value),
                                            () -> binary.put(
                                                    key, Base64.getEncoder().encodeToString(bytes))));
                    if (!text.isEmpty()) {
                        tree.set("data", text);
                    }
                    if (!binary.isEmpty()) {
                        tree.set("binaryData", binary);
                    }
                });
        return Injection.owned(object, app);
    }

    private static Optional<String> utf8(byte[] bytes) {
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (CharacterCodingException binary) {
            return Optional.empty();
        }
    }
}
