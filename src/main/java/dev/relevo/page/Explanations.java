package dev.relevo.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;

/** The sections of {@code docs/errors.md}, which the engine carries with it, because a page must need nothing else. */
final class Explanations {
    private static final String FILE = "/dev/relevo/page/errors.md";
    private static final Pattern LINK = Pattern.compile("\\[([^\\]]*)]\\([^)]*\\)");

    private Explanations() {}

    /** What a code means, as HTML; empty for a code that nobody describes. */
    static Optional<String> of(String code) {
        Pattern section = Pattern.compile(
                "^### " + Pattern.quote(code.toUpperCase(Locale.ROOT)) + "\\R(.*?)(?=^##|\\z)",
                Pattern.MULTILINE | Pattern.DOTALL);
        Matcher found = section.matcher(text());
        return found.find() ? Optional.of(html(found.group(1))) : Optional.empty();
    }

    private static String html(String markdown) {
        // Other pages of the documentation are not beside this one.
        String plain = LINK.matcher(markdown).replaceAll("$1");
        return HtmlRenderer.builder()
                .escapeHtml(true)
                .build()
                .render(Parser.builder().build().parse(plain));
    }

    private static String text() {
        try (InputStream file = Explanations.class.getResourceAsStream(FILE)) {
            return file == null ? "" : new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(FILE, e);
        }
    }
}
