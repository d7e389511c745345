package dev.relevo.cli.ci;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Azure DevOps' pipelines. They have no way to stop commands for a while, so every foreign line is changed where it could be one.
 *
 * @see <a href="https://learn.microsoft.com/azure/devops/pipelines/scripts/logging-commands">Logging commands</a>
 */
final class AzurePipelines implements CiSystem {
    private final Map<String, String> variables;
    private final boolean runs;

    /** @param runs whether it has started the process, so that it reads what is printed */
    AzurePipelines(Map<String, String> variables, boolean runs) {
        this.variables = variables;
        this.runs = runs;
    }

    @Override
    public List<String> groupStart(String title) {
        return List.of("##[group]" + shown(title));
    }

    @Override
    public List<String> groupEnd() {
        return List.of("##[endgroup]");
    }

    /** The agent looks for commands anywhere in a line. */
    @Override
    public String shown(String line) {
        return line.replace("##vso", "## vso").replace("##[", "## [");
    }

    @Override
    public List<String> error(Notice notice) {
        return List.of(issue("error", notice));
    }

    @Override
    public List<String> warning(Notice notice) {
        return List.of(issue("warning", notice));
    }

    private static String issue(String type, Notice notice) {
        String place = notice.at()
                .map(at -> "sourcepath=" + escaped(at.file().toString()) + ";linenumber=" + at.line() + ";")
                .orElse("");
        String title = notice.title().isEmpty() ? "" : notice.title() + ": ";
        return "##vso[task.logissue type=" + type + ";" + place + "]" + escaped(title + notice.message());
    }

    @Override
    public List<String> secret(String value) {
        return runs ? List.of("##vso[task.setsecret]" + escaped(value)) : List.of();
    }

    @Override
    public List<String> output(String name, String value) {
        return List.of("##vso[task.setvariable variable=" + escaped(name) + ";isOutput=true]" + escaped(value));
    }

    /** The agent reads the file when the job's records are sent, and shows its name as the title. */
    @Override
    public List<String> summary(String markdown) {
        Optional<String> folder =
                Optional.ofNullable(variables.get("AGENT_TEMPDIRECTORY")).filter(path -> !path.isBlank());
        if (folder.isEmpty()) {
            return List.of();
        }
        try {
            Path file =
                    Files.createTempDirectory(Path.of(folder.get()), "relevo-").resolve("Relevo.md");
            Files.writeString(file, markdown);
            return List.of("##vso[task.uploadsummary]" + escaped(file.toString()));
        } catch (IOException e) {
            return warning(new Notice("", "The summary cannot be written: " + e, Optional.empty()));
        }
    }

    private static String escaped(String text) {
        return text.replace("%", "%AZP25")
                .replace(";", "%3B")
                .replace("\r", "%0D")
                .replace("\n", "%0A")
                .replace("]", "%5D");
    }
}
