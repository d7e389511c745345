package dev.relevo.page;

import dev.relevo.page.RunReport.Configuration;
import dev.relevo.page.RunReport.Image;
import dev.relevo.page.RunReport.Project;
import dev.relevo.page.RunReport.Release;
import dev.relevo.page.RunReport.Tests;
import java.util.List;

/** What the steps have made: tests, image, configuration, release. */
final class MadeSection {
    private final Html html;

    MadeSection(Html html) {
        this.html = html;
    }

    void write(Project project, String prefix) {
        String of = project.member().isEmpty() ? "" : " of " + project.member();
        project.release().ifPresent(release -> section(prefix + "release", "Release" + of, () -> release(release)));
        project.tests().ifPresent(tests -> section(prefix + "tests", "Tests" + of, () -> tests(tests)));
        project.image().ifPresent(image -> section(prefix + "image", "Image" + of, () -> image(image)));
        project.configuration()
                .ifPresent(config -> section(prefix + "configuration", "Configuration" + of, () -> config(config)));
    }

    private void section(String id, String title, Runnable content) {
        html.open("section", "aria-labelledby", id).element("h2", title, "id", id);
        content.run();
        html.close("section");
    }

    private void fact(String name, String value) {
        html.open("div").element("dt", name).element("dd", value).close("div");
    }

    private void code(String name, String value) {
        html.open("div").element("dt", name);
        html.open("dd").open("code").text(value).raw("</code></dd></div>\n");
    }

    private void release(Release release) {
        html.open("dl");
        fact("number", Integer.toString(release.number()));
        fact("strategy", release.strategy());
        code("image", release.image());
        fact("replicas", Integer.toString(release.replicas()));
        release.address().ifPresent(address -> fact("address", address));
        html.close("dl");
        if (!release.hooks().isEmpty()) {
            table("Hooks", "name", "moment", "outcome", "took", "what came of it");
            release.hooks()
                    .forEach(hook -> row(
                            hook.name(), hook.moment(), hook.outcome(), Words.seconds(hook.seconds()), hook.detail()));
            end();
        }
    }

    private void tests(Tests tests) {
        int passed = tests.total() - tests.failed() - tests.errors() - tests.skipped();
        html.open("p").open("strong").text(Words.count(tests.total(), "test", "tests") + ": ");
        html.text(passed + " passed, " + tests.failed() + " failed, " + tests.errors() + " with errors, "
                + tests.skipped() + " skipped");
        html.raw("</strong>").text(" (" + tests.tool() + ")").close("p");
        if (!tests.failures().isEmpty()) {
            table("Tests that did not pass", "test", "message", "where");
            tests.failures()
                    .forEach(test ->
                            row("✘ " + test.name(), test.message(), test.place().orElse("")));
            end();
        }
        if (!tests.slowest().isEmpty()) {
            table("The slowest tests", "test", "took");
            tests.slowest().forEach(test -> row(test.name(), Words.seconds(test.seconds())));
            end();
        }
    }

    private void image(Image image) {
        int at = image.reference().indexOf('@');
        html.open("dl");
        code("reference", image.reference());
        if (at >= 0) {
            code("digest", image.reference().substring(at + 1));
        }
        image.revision().ifPresent(revision -> code("revision", revision));
        image.version().ifPresent(version -> fact("version", version));
        if (!image.tags().isEmpty()) {
            fact("tags", String.join(", ", image.tags()));
        }
        image.builder().ifPresent(builder -> fact("built by", builder));
        if (!image.layers().isEmpty()) {
            long bytes =
                    image.layers().stream().mapToLong(RunReport.Layer::bytes).sum();
            fact(
                    "size",
                    Words.bytes(bytes) + " in " + Words.count(image.layers().size(), "layer", "layers"));
        }
        image.sent()
                .ifPresent(sent -> fact(
                        "pushed", Words.bytes(sent.bytes()) + " sent, " + Words.bytes(sent.present()) + " were there"));
        html.close("dl");
        if (!image.layers().isEmpty()) {
            table("Layers, the lowest first", "layer", "size, compressed");
            image.layers().forEach(layer -> row(layer.digest(), Words.bytes(layer.bytes())));
            end();
        }
    }

    private void config(Configuration config) {
        if (config.name().isEmpty()) {
            html.element("p", "The project has no configuration of its own.");
            return;
        }
        html.open("p").text("ConfigMap ").open("code").text(config.name().get()).raw("</code>");
        html.text(" with " + Words.count(config.keys().size(), "key", "keys") + ": " + String.join(", ", config.keys()))
                .close("p");
        if (config.from().isEmpty()) {
            html.element("p", "It was there already, or the app had none before: nothing changed.");
            return;
        }
        html.open("p")
                .text("It takes the place of ")
                .open("code")
                .text(config.from().get())
                .raw("</code>.");
        html.text(" Values whose names look secret are masked.").close("p");
        if (config.changes().isEmpty()) {
            html.element("p", "Their contents are the same.");
            return;
        }
        html.open("pre", "class", "diff", "tabindex", "0");
        for (String line : config.changes()) {
            String element = line.startsWith("+") ? "ins" : line.startsWith("-") ? "del" : "span";
            html.open(element).text(line).raw("</" + element + ">\n");
        }
        html.raw("</pre>\n");
    }

    private void table(String caption, String... heads) {
        html.open("div", "class", "wide", "role", "group", "aria-label", "Table, may be wide", "tabindex", "0");
        html.open("table").element("caption", caption).raw("<thead><tr>");
        for (String head : heads) {
            html.element("th", head, "scope", "col");
        }
        html.raw("</tr></thead><tbody>\n");
    }

    private void row(String first, String... others) {
        html.open("tr").element("th", first, "scope", "row");
        List.of(others).forEach(cell -> html.element("td", cell));
        html.close("tr");
    }

    private void end() {
        html.raw("</tbody></table></div>\n");
    }
}
