package dev.relevo.platform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** Reading YAML 1.1 with merge keys, as Jenkins and container engines do. */
public final class YamlFile {
    private YamlFile() {}

    static JsonNode read(Path file) throws IOException {
        return parse(Files.readString(file));
    }

    public static JsonNode parse(String text) {
        return new ObjectMapper().valueToTree(yaml().<Object>load(text));
    }

    /** All documents of a file. */
    static List<JsonNode> readAll(Path file) throws IOException {
        List<JsonNode> documents = new ArrayList<>();
        for (Object document : yaml().loadAll(Files.readString(file))) {
            documents.add(new ObjectMapper().valueToTree(document));
        }
        return documents;
    }

    private static Yaml yaml() {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        return new Yaml(new SafeConstructor(options));
    }

    /** Every scalar in the tree with the names that lead to it, lists by index. */
    static void scalars(JsonNode node, BiConsumer<List<String>, String> each) {
        walk(new ArrayList<>(), node, each);
    }

    private static void walk(List<String> path, JsonNode node, BiConsumer<List<String>, String> each) {
        if (node.isValueNode()) {
            each.accept(List.copyOf(path), node.asText());
        }
        node.properties().forEach(entry -> step(path, entry.getKey(), entry.getValue(), each));
        if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                step(path, Integer.toString(i), node.get(i), each);
            }
        }
    }

    private static void step(List<String> path, String name, JsonNode value, BiConsumer<List<String>, String> each) {
        path.add(name);
        walk(path, value, each);
        path.remove(path.size() - 1);
    }
}
