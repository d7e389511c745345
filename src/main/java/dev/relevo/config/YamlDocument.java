package dev.relevo.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * A YAML 1.2 document (so {@code on} and {@code no} are texts) as a JSON tree that remembers where everything was written.
 *
 * @param tree the content
 * @param lines the line of each key or list entry, 1 for the first
 * @param texts each scalar as written, so that {@code 1.10} can still be a text
 */
record YamlDocument(ObjectNode tree, Map<KeyPath, Integer> lines, Map<KeyPath, String> texts) {
    private static final LoadSettings SETTINGS = LoadSettings.builder().build();

    YamlDocument {
        lines = Map.copyOf(lines);
        texts = Map.copyOf(texts);
    }

    /** What is wrong with a text that is no YAML document, and in which line: 1 for the first, 0 when unknown. */
    static final class Malformed extends Exception {
        private static final long serialVersionUID = 1L;

        private final int line;

        Malformed(int line, String message) {
            super(message);
            this.line = line;
        }

        int line() {
            return line;
        }
    }

    /** Reads a text that holds one document; an empty one is an empty object. */
    static YamlDocument parse(String text) throws Malformed {
        List<YamlDocument> documents = parseAll(text);
        if (documents.size() > 1) {
            throw new Malformed(0, "expected one YAML document, found " + documents.size());
        }
        return documents.isEmpty()
                ? new YamlDocument(JsonNodeFactory.instance.objectNode(), Map.of(), Map.of())
                : documents.get(0);
    }

    /** Reads all documents of a text. */
    static List<YamlDocument> parseAll(String text) throws Malformed {
        List<YamlDocument> documents = new ArrayList<>();
        try {
            for (Node root : new Compose(SETTINGS).composeAllFromString(text)) {
                Reader reader = new Reader();
                JsonNode tree = reader.read(root, KeyPath.ROOT, 0);
                if (tree.isNull()) {
                    tree = JsonNodeFactory.instance.objectNode();
                }
                if (!(tree instanceof ObjectNode object)) {
                    throw new Malformed(line(root.getStartMark()), "expected keys and values at the top");
                }
                documents.add(new YamlDocument(object, reader.lines, reader.texts));
            }
        } catch (MarkedYamlEngineException e) {
            throw new Malformed(line(e.getProblemMark()), e.getProblem());
        } catch (YamlEngineException e) {
            throw new Malformed(0, String.valueOf(e.getMessage()));
        }
        return documents;
    }

    /** One value as YAML would read it; a text that is no YAML is itself. */
    static JsonNode value(String text) {
        try {
            Optional<Node> node = new Compose(SETTINGS).composeString(text);
            if (node.isPresent()) {
                return new Reader().read(node.get(), KeyPath.ROOT, 0);
            }
        } catch (YamlEngineException | Malformed e) {
            return JsonNodeFactory.instance.textNode(text);
        }
        return JsonNodeFactory.instance.textNode("");
    }

    /** The line of a value, or of what encloses it. */
    int line(KeyPath path) {
        KeyPath at = path;
        while (!at.isRoot()) {
            Integer line = lines.get(at);
            if (line != null) {
                return line;
            }
            at = at.parent();
        }
        return 1;
    }

    private static int line(Optional<Mark> mark) {
        return mark.map(m -> m.getLine() + 1).orElse(0);
    }

    private static final class Reader {
        private static final int DEEPEST = 50;
        private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

        final Map<KeyPath, Integer> lines = new HashMap<>();
        final Map<KeyPath, String> texts = new HashMap<>();

        JsonNode read(Node node, KeyPath path, int depth) throws Malformed {
            if (depth > DEEPEST) {
                throw new Malformed(line(node.getStartMark()), "nested deeper than " + DEEPEST + " levels");
            }
            lines.putIfAbsent(path, line(node.getStartMark()));
            if (node instanceof MappingNode mapping) {
                return mapping(mapping, path, depth);
            }
            if (node instanceof SequenceNode sequence) {
                ArrayNode array = JSON.arrayNode();
                for (Node entry : sequence.getValue()) {
                    array.add(read(entry, path.index(array.size()), depth + 1));
                }
                return array;
            }
            if (node instanceof ScalarNode scalar) {
                texts.put(path, scalar.getValue());
                return scalar(scalar);
            }
            throw new Malformed(line(node.getStartMark()), "an alias to nothing");
        }

        private ObjectNode mapping(MappingNode mapping, KeyPath path, int depth) throws Malformed {
            ObjectNode object = JSON.objectNode();
            for (NodeTuple entry : mapping.getValue()) {
                if (!(entry.getKeyNode() instanceof ScalarNode key)) {
                    throw new Malformed(line(entry.getKeyNode().getStartMark()), "a key that is no plain text");
                }
                KeyPath child = path.child(key.getValue());
                int line = line(key.getStartMark());
                if (object.has(key.getValue())) {
                    throw new Malformed(
                            line, "[" + child + "] is there twice, first in line " + lines.getOrDefault(child, 0));
                }
                lines.put(child, line);
                object.set(key.getValue(), read(entry.getValueNode(), child, depth + 1));
            }
            return object;
        }

        private static JsonNode scalar(ScalarNode scalar) {
            String text = scalar.getValue();
            Tag tag = scalar.getTag();
            try {
                if (tag.equals(Tag.NULL)) {
                    return JSON.nullNode();
                } else if (tag.equals(Tag.BOOL)) {
                    return JSON.booleanNode(Boolean.parseBoolean(text));
                } else if (tag.equals(Tag.INT)) {
                    BigInteger whole = integer(text);
                    return whole.bitLength() < 64 ? JSON.numberNode(whole.longValue()) : JSON.numberNode(whole);
                } else if (tag.equals(Tag.FLOAT)) {
                    return JSON.numberNode(Double.parseDouble(text));
                }
            } catch (NumberFormatException e) {
                return JSON.textNode(text);
            }
            return JSON.textNode(text);
        }

        private static BigInteger integer(String text) {
            if (text.startsWith("0x")) {
                return new BigInteger(text.substring(2), 16);
            }
            return text.startsWith("0o") ? new BigInteger(text.substring(2), 8) : new BigInteger(text);
        }
    }
}
