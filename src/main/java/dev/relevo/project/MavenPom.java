package dev.relevo.project;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/**
 * What a {@code pom.xml} says in so many words. Only Maven knows the effective project; this reads the few facts for which
 * starting Maven would take longer than the whole rest of a build.
 */
public final class MavenPom {
    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([^}]+)}");

    private final Element project;
    private final Map<String, String> properties = new HashMap<>();

    private MavenPom(Element project) {
        this.project = project;
        child(project, "properties").ifPresent(section -> {
            NodeList children = section.getChildNodes();
            for (int i = 0; i < children.getLength(); i++) {
                if (children.item(i) instanceof Element property) {
                    properties.put(
                            property.getTagName(), property.getTextContent().strip());
                }
            }
        });
    }

    /**
     * Reads the file.
     *
     * @throws IOException when it cannot be read or is not XML
     */
    public static MavenPom read(Path file) throws IOException {
        try {
            return new MavenPom(parser().parse(file.toFile()).getDocumentElement());
        } catch (ParserConfigurationException | SAXException e) {
            throw new IOException(file + " is not a whole XML file: " + e.getMessage(), e);
        }
    }

    private static DocumentBuilder parser() throws ParserConfigurationException {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newDefaultInstance();
        factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        DocumentBuilder builder = factory.newDocumentBuilder();
        builder.setErrorHandler(null);
        return builder;
    }

    /** Makes ready what reads a file. */
    public static void expect() {
        try {
            Document unused = parser().parse(new InputSource(new StringReader("<project><version/></project>")));
        } catch (ParserConfigurationException | SAXException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The project's version, inherited from its parent where it has none; empty when only Maven could tell. */
    public Optional<String> version() {
        return text(project, "version")
                .or(() -> child(project, "parent").flatMap(parent -> text(parent, "version")))
                .flatMap(this::resolve);
    }

    /**
     * Whether everything that this refers to by version is fixed: no snapshot, no range, no {@code LATEST}, no profile that a
     * property or a file switches on. The project's own version does not count, and its parent's only where
     * {@code parentIsElsewhere}, that is, not among the files here.
     */
    public boolean isFixed(boolean parentIsElsewhere) {
        List<String> values = new ArrayList<>(properties.values());
        NodeList versions = project.getElementsByTagName("version");
        for (int i = 0; i < versions.getLength(); i++) {
            Node holder = versions.item(i).getParentNode();
            boolean own = holder == project;
            boolean parents = holder instanceof Element element
                    && element.getTagName().equals("parent")
                    && element.getParentNode() == project;
            if (!own && (!parents || parentIsElsewhere)) {
                values.add(versions.item(i).getTextContent().strip());
            }
        }
        return values.stream().noneMatch(MavenPom::moves) && !hasSwitchedProfile();
    }

    private boolean hasSwitchedProfile() {
        NodeList activations = project.getElementsByTagName("activation");
        for (int i = 0; i < activations.getLength(); i++) {
            if (activations.item(i) instanceof Element activation
                    && (child(activation, "property").isPresent()
                            || child(activation, "file").isPresent())) {
                return true;
            }
        }
        return false;
    }

    private static boolean moves(String version) {
        return version.endsWith("-SNAPSHOT")
                || version.equals("LATEST")
                || version.equals("RELEASE")
                || version.startsWith("[")
                || version.startsWith("(");
    }

    /** {@code jar} unless it says otherwise. */
    public String packaging() {
        return text(project, "packaging").orElse("jar");
    }

    /** The main class, where a property or a plugin's configuration names it. */
    public Optional<String> mainClass() {
        return Stream.of("exec.mainClass", "mainClass", "main.class", "start-class")
                .map(name -> Optional.ofNullable(properties.get(name)))
                .flatMap(Optional::stream)
                .findFirst()
                .or(this::configuredMainClass)
                .flatMap(this::resolve);
    }

    private Optional<String> configuredMainClass() {
        NodeList found = project.getElementsByTagName("mainClass");
        return found.getLength() == 0
                ? Optional.empty()
                : Optional.of(found.item(0).getTextContent().strip());
    }

    private Optional<String> resolve(String text) {
        String resolved = text;
        for (int depth = 0; depth < 5 && resolved.contains("${"); depth++) {
            resolved = PLACEHOLDER
                    .matcher(resolved)
                    .replaceAll(
                            match -> Matcher.quoteReplacement(properties.getOrDefault(match.group(1), match.group())));
        }
        return resolved.isEmpty() || resolved.contains("${") ? Optional.empty() : Optional.of(resolved);
    }

    private static Optional<String> text(Element parent, String name) {
        return child(parent, name).map(element -> element.getTextContent().strip());
    }

    private static Optional<Element> child(Element parent, String name) {
        for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element && element.getTagName().equals(name)) {
                return Optional.of(element);
            }
        }
        return Optional.empty();
    }
}
