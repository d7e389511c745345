package dev.relevo.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.parser.Parser;

/** A page as a browser, a reader of it, and a program that reads it aloud take it. */
public final class ReadPage {
    private final Document document;

    private ReadPage(Document document) {
        this.document = document;
    }

    /** The page in this file. */
    public static ReadPage in(Path file) throws IOException {
        return of(Files.readString(file));
    }

    /** Reads it and makes sure of what holds for every page. */
    public static ReadPage of(String html) {
        Parser parser = Parser.htmlParser().setTrackErrors(10);
        Document document = parser.parseInput(html, "");
        assertThat(parser.getErrors()).isEmpty();
        assertThat(document.select("script, iframe, object, link, img, form, base, a[href]"))
                .as("nothing is run, and nothing is fetched")
                .isEmpty();
        assertThat(document.select("*").stream().flatMap(element -> element.attributes().asList().stream()))
                .noneMatch(attribute -> attribute.getKey().startsWith("on")
                        || attribute.getKey().equals("style"));
        assertThat(document.select("style").html()).doesNotContain("url(").doesNotContain("@import");
        assertThat(document.select("html").attr("lang")).isEqualTo("en");
        assertThat(document.select("h1, main")).hasSize(2);
        assertThat(document.select("th").eachAttr("scope")).hasSameSizeAs(document.select("th"));
        assertThat(document.select("table > caption")).hasSameSizeAs(document.select("table"));
        assertThat(document.select("svg[role=img] > title")).hasSameSizeAs(document.select("svg[role=img]"));
        List<String> ids = document.select("[id]").eachAttr("id");
        assertThat(ids).doesNotHaveDuplicates();
        assertThat(ids).containsAll(document.select("[aria-labelledby]").eachAttr("aria-labelledby"));
        int level = 0;
        for (Element heading : document.select("h1, h2, h3, h4")) {
            int next = heading.tagName().charAt(1) - '0';
            assertThat(next).as("level of " + heading.text()).isLessThanOrEqualTo(level + 1);
            level = next;
        }
        return new ReadPage(document);
    }

    /** How it ended. */
    public String verdict() {
        return document.select(".verdict").text();
    }

    /** Everything below the heading with this id. */
    public String section(String id) {
        Element heading = document.getElementById(id);
        return heading == null ? "" : heading.parents().get(0).text();
    }

    /** What the drawings say to who cannot see them. */
    public List<String> drawings() {
        return document.select("svg > title").eachText();
    }

    /** All of its text. */
    public String text() {
        return document.body().text();
    }

    /** The elements that the selector finds. */
    public List<String> select(String css) {
        return document.select(css).eachText();
    }
}
