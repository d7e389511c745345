package dev.relevo.manifest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.relevo.cluster.KubeObject;
import java.util.List;
import java.util.stream.Collectors;

/** Objects as YAML for people and for kubectl. */
public final class ManifestYaml {
    private static final YAMLMapper YAML = YAMLMapper.builder()
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .disable(YAMLGenerator.Feature.SPLIT_LINES)
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
            .enable(YAMLGenerator.Feature.INDENT_ARRAYS_WITH_INDICATOR)
            .build();

    private ManifestYaml() {}

    /** One object. */
    public static String write(KubeObject object) {
        return write(object.tree());
    }

    /** Several objects as one stream. */
    public static String write(List<KubeObject> objects) {
        return objects.stream().map(ManifestYaml::write).collect(Collectors.joining("---\n"));
    }

    /** The objects of such a stream. */
    public static List<KubeObject> read(String yaml, String file) {
        return ManifestReader.parse(yaml, file).stream().map(Manifest::object).toList();
    }

    static String write(JsonNode tree) {
        try {
            return YAML.writeValueAsString(tree);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A JSON tree can always be written", e);
        }
    }
}
