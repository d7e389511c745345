package dev.relevo.project;

import dev.relevo.report.TerminalCodes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * Reads the XML that JUnit's runners write and that everybody else imitates: {@code testcase} elements with {@code failure},
 * {@code error} or {@code skipped} in them, inside of one or more {@code testsuite}s.
 */
public final class JUnitXml {
    private static final int LONGEST_MESSAGE = 300;
    /** Lines of a message that are read as one sentence at the most. */
    private static final int LONGEST_SENTENCE = 6;

    /** pytest's messages that only announce; the error itself is in its lines that begin with E. */
    private static final Pattern PYTEST_ANNOUNCEMENT =
            Pattern.compile("(?s)(?:failed on (?:setup|teardown) with |collection failure).*");

    private static final Pattern PYTEST_ERROR = Pattern.compile("^E\\s+(\\S.*)$", Pattern.MULTILINE);

    private final FailurePlace places;

    private JUnitXml(Path project) {
        this.places = new FailurePlace(project);
    }

    /**
     * The tests of one report.
     *
     * @param project files in it are named relative to it
     * @throws IOException when the report cannot be read or is not whole
     */
    public static List<TestCase> read(Path project, Path file) throws IOException {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        try (InputStream in = Files.newInputStream(file)) {
            return new JUnitXml(project).cases(factory.createXMLStreamReader(in));
        } catch (XMLStreamException e) {
            throw new IOException(
                    "not a whole XML file (line " + e.getLocation().getLineNumber() + ")", e);
        }
    }

    private List<TestCase> cases(XMLStreamReader xml) throws XMLStreamException {
        List<TestCase> cases = new ArrayList<>();
        while (xml.hasNext()) {
            if (xml.next() == XMLStreamConstants.START_ELEMENT
                    && xml.getLocalName().equals("testcase")) {
                cases.add(testCase(xml));
            }
        }
        return cases;
    }

    private TestCase testCase(XMLStreamReader xml) throws XMLStreamException {
        String group = attribute(xml, "classname");
        String name = attribute(xml, "name");
        Duration took = seconds(attribute(xml, "time"));
        Optional<String> ownLocation = Optional.of(attribute(xml, "file"))
                .filter(file -> !file.isEmpty())
                .map(file -> attribute(xml, "line").isEmpty() ? file : file + ":" + attribute(xml, "line"));
        TestCase.Result result = new TestCase.Result.Passed();
        int depth = 1;
        while (depth > 0) {
            int event = xml.next();
            if (event == XMLStreamConstants.END_ELEMENT) {
                depth--;
            } else if (event == XMLStreamConstants.START_ELEMENT) {
                String element = xml.getLocalName();
                if (element.equals("failure") || element.equals("error")) {
                    result = failed(xml, element.equals("failure"), group, ownLocation);
                } else if (element.equals("skipped")) {
                    result = new TestCase.Result.Skipped();
                    depth++;
                } else {
                    depth++;
                }
            }
        }
        return new TestCase(group, name, took, result);
    }

    private TestCase.Result failed(XMLStreamReader xml, boolean assertion, String group, Optional<String> ownLocation)
            throws XMLStreamException {
        String message = attribute(xml, "message");
        String type = attribute(xml, "type");
        String text = textOf(xml);
        String said = pytestError(message, text)
                .or(() -> sentence(message))
                .or(() -> firstLine(text))
                .orElse(type.isEmpty() ? "no message" : type);
        return new TestCase.Result.Failed(
                assertion, TerminalCodes.without(said), places.of(text, group).or(() -> ownLocation));
    }

    private static String textOf(XMLStreamReader xml) throws XMLStreamException {
        StringBuilder text = new StringBuilder();
        for (int depth = 1; depth > 0; ) {
            switch (xml.next()) {
                case XMLStreamConstants.START_ELEMENT -> depth++;
                case XMLStreamConstants.END_ELEMENT -> depth--;
                case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> text.append(xml.getText());
                default -> {}
            }
        }
        return text.toString();
    }

    private static Optional<String> pytestError(String message, String text) {
        Matcher error = PYTEST_ERROR.matcher(text);
        return PYTEST_ANNOUNCEMENT.matcher(message).matches() && error.find()
                ? Optional.of(shortened(error.group(1)))
                : Optional.empty();
    }

    /** The first line; where it only announces what follows or is one half of a comparison, with what follows. */
    private static Optional<String> sentence(String message) {
        List<String> lines = message.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .limit(LONGEST_SENTENCE)
                .toList();
        int end = lines.size() > 1 && lines.get(1).startsWith("but was") ? 2 : 1;
        if (!lines.isEmpty() && lines.get(0).endsWith(":")) {
            while (end < lines.size()
                    && (lines.get(end - 1).endsWith(":") || lines.get(end).endsWith(":"))) {
                end++;
            }
        }
        return lines.isEmpty() ? Optional.empty() : Optional.of(shortened(String.join(" ", lines.subList(0, end))));
    }

    private static Optional<String> firstLine(String text) {
        return text.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .findFirst()
                .map(JUnitXml::shortened);
    }

    private static String shortened(String line) {
        return line.length() <= LONGEST_MESSAGE ? line : line.substring(0, LONGEST_MESSAGE) + "…";
    }

    private static String attribute(XMLStreamReader xml, String name) {
        String value = xml.getAttributeValue("", name);
        return value == null ? "" : value;
    }

    /** Seconds as a decimal number; some tools group its thousands with a comma. */
    private static Duration seconds(String text) {
        try {
            double seconds = Double.parseDouble(text.replace(",", "").toLowerCase(Locale.ROOT));
            return seconds >= 0 && seconds < 1e9 ? Duration.ofNanos(Math.round(seconds * 1e9)) : Duration.ZERO;
        } catch (NumberFormatException none) {
            return Duration.ZERO;
        }
    }
}
