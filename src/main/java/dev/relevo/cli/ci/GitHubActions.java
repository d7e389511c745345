package dev.relevo.cli.ci;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * GitHub Actions.
 *
 * @see <a href="https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands">Workflow commands</a>
 */
final class GitHubActions implements CiSystem {
    private static final Pattern COMMAND = Pattern.compile("^([\\s\\p{Z}\\uFEFF]*)::", Pattern.MULTILINE);

    private final Map<String, String> variables;
    private final boolean runs;

    /** Nobody who writes to the log knows it beforehand. */
    private final String token = "relevo-" + UUID.randomUUID();

    /** @param runs whether it has started the process, so that it reads what is printed */
    GitHubActions(Map<String, String> variables, boolean runs) {
        this.variables = variables;
        this.runs = runs;
    }

    @Override
    public List<String> groupStart(String title) {
        return List.of("::group::" + data(title));
    }

    @Override
    public List<String> groupEnd() {
        return List.of("::endgroup::");
    }

    @Override
    public List<String> foreignStart() {
        return List.of("::stop-commands::" + token);
    }

    @Override
    public List<String> foreignEnd() {
        return List.of("::" + token + "::");
    }

    /** Commands begin with two colons after blanks; the runner's older form stands anywhere in a line. */
    @Override
    public String shown(String line) {
        return COMMAND.matcher(line.replace("##[", "# #[")).replaceAll("$1: :");
    }

    @Override
    public List<String> error(Notice notice) {
        return List.of(annotation("error", notice));
    }

    @Override
    public List<String> warning(Notice notice) {
        return List.of(annotation("warning", notice));
    }

    private static String annotation(String kind, Notice notice) {
        StringBuilder properties = new StringBuilder();
        if (!notice.title().isEmpty()) {
            properties.append(" title=").append(property(notice.title()));
        }
        notice.at()
                .ifPresent(at -> properties
                        .append(properties.isEmpty() ? " " : ",")
                        .append("file=")
                        .append(property(at.file().toString()))
                        .append(",line=")
                        .append(at.line()));
        return "::" + kind + properties + "::" + data(notice.message());
    }

    @Override
    public List<String> secret(String value) {
        return runs ? List.of("::add-mask::" + data(value)) : List.of();
    }

    @Override
    public List<String> output(String name, String value) {
        String delimiter = "ghadelimiter_" + UUID.randomUUID();
        return append("GITHUB_OUTPUT", name + "<<" + delimiter + "\n" + value + "\n" + delimiter + "\n");
    }

    @Override
    public List<String> summary(String markdown) {
        return append("GITHUB_STEP_SUMMARY", markdown);
    }

    private List<String> append(String variable, String text) {
        Optional<String> file = Optional.ofNullable(variables.get(variable)).filter(path -> !path.isBlank());
        if (file.isEmpty()) {
            return List.of();
        }
        try {
            Files.writeString(Path.of(file.get()), text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            return List.of();
        } catch (IOException e) {
            return warning(new Notice("", variable + " cannot be written: " + e, Optional.empty()));
        }
    }

    private static String data(String text) {
        return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A");
    }

    private static String property(String text) {
        return data(text).replace(":", "%3A").replace(",", "%2C");
    }
}
