package dev.relevo.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.relevo.report.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.composer.Composer;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * Reads YAML (and so JSON) the way kubectl does: YAML 1.1 with octal modes, {@code yes} and {@code on} as booleans, anchors
 * and merge keys, but without dates and without base-60 numbers. Keeps the line that each document begins at.
 */
final class YamlDocuments {
    private static final ObjectMapper JSON = new ObjectMapper();

    private YamlDocuments() {}

    /**
     * One document.
     *
     * @param line its first line, from 1
     */
    record Document(JsonNode tree, int line) {}

    /**
     * All documents that are not empty.
     *
     * @param file for messages
     * @throws dev.relevo.report.RelevoException with {@link ManifestError#SYNTAX}, naming file and line
     */
    static List<Document> parse(String text, String file) {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        options.setCodePointLimit(64 * 1024 * 1024);
        List<Document> documents = new ArrayList<>();
        try {
            Composer composer =
                    new Composer(new ParserImpl(new StreamReader(text), options), new KubernetesResolver(), options);
            TreeBuilder builder = new TreeBuilder(options);
            while (composer.checkNode()) {
                Node node = composer.getNode();
                int line = node.getStartMark().getLine() + 1;
                JsonNode tree = JSON.valueToTree(builder.build(node));
                if (!tree.isNull() && !tree.isMissingNode()) {
                    documents.add(new Document(tree, line));
                }
            }
        } catch (MarkedYAMLException e) {
            int line = e.getProblemMark() == null ? 0 : e.getProblemMark().getLine() + 1;
            throw Problem.of(ManifestError.SYNTAX, new Source(file, line) + " is no valid YAML: " + e.getProblem())
                    .remedy("Correct the line; templates must be rendered before Relevo reads them.")
                    .asException(e);
        } catch (YAMLException e) {
            throw Problem.of(ManifestError.SYNTAX, file + " is no valid YAML: " + e.getMessage())
                    .remedy("Correct the file.")
                    .asException(e);
        }
        return documents;
    }

    private static final class TreeBuilder extends SafeConstructor {
        TreeBuilder(LoaderOptions options) {
            super(options);
            setAllowDuplicateKeys(options.isAllowDuplicateKeys());
        }

        Object build(Node node) {
            return constructDocument(node);
        }
    }

    private static final class KubernetesResolver extends Resolver {
        private static final Pattern INTEGER =
                Pattern.compile("[-+]?0b[0-1_]+|[-+]?0[0-7_]*|[-+]?[1-9][0-9_]*|[-+]?0x[0-9a-fA-F_]+");

        @Override
        protected void addImplicitResolvers() {
            addImplicitResolver(Tag.BOOL, BOOL, "yYnNtTfFoO");
            addImplicitResolver(Tag.INT, INTEGER, "-+0123456789");
            addImplicitResolver(Tag.FLOAT, FLOAT, "-+0123456789.");
            addImplicitResolver(Tag.MERGE, MERGE, "<");
            addImplicitResolver(Tag.NULL, NULL, "~nN\0");
            addImplicitResolver(Tag.NULL, EMPTY, null);
        }
    }
}
