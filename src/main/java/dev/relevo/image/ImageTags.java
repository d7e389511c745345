package dev.relevo.image;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The tags of one image, made from the patterns of the configuration. */
public final class ImageTags {
    private static final int LONGEST = 128;
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{([^{}]*)}");

    private ImageTags() {}

    /**
     * Filled-in tags.
     *
     * @param tags valid tags, each once, in the order of their patterns
     * @param leftOut patterns with a placeholder for which there is no value
     * @param unknown patterns with a placeholder that does not exist
     */
    public record Filled(List<String> tags, List<String> leftOut, List<String> unknown) {}

    /**
     * Fills in the placeholders and makes the results valid: what a tag may not contain becomes a dash.
     *
     * @param values the value of each placeholder; empty where the project has none
     */
    public static Filled fill(List<String> patterns, Map<String, Optional<String>> values) {
        Set<String> tags = new LinkedHashSet<>();
        Set<String> leftOut = new LinkedHashSet<>();
        Set<String> unknown = new LinkedHashSet<>();
        for (String pattern : patterns) {
            StringBuilder tag = new StringBuilder();
            Matcher matcher = PLACEHOLDER.matcher(pattern);
            boolean whole = true;
            while (matcher.find()) {
                if (!values.containsKey(matcher.group(1))) {
                    unknown.add(pattern);
                    whole = false;
                } else if (values.getOrDefault(matcher.group(1), Optional.empty())
                        .isEmpty()) {
                    leftOut.add(pattern);
                    whole = false;
                } else {
                    String value = values.getOrDefault(matcher.group(1), Optional.empty())
                            .orElse("");
                    matcher.appendReplacement(tag, Matcher.quoteReplacement(value));
                }
            }
            matcher.appendTail(tag);
            if (whole) {
                tags.add(valid(tag.toString()));
            }
        }
        tags.remove("");
        return new Filled(List.copyOf(tags), List.copyOf(leftOut), List.copyOf(unknown));
    }

    private static String valid(String text) {
        String tag = text.replaceAll("[^A-Za-z0-9_.-]", "-").replaceFirst("^[.-]+", "");
        return tag.length() <= LONGEST ? tag : tag.substring(0, LONGEST);
    }
}
