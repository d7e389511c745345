package dev.relevo.local.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** The rules for names, labels and annotations. */
final class Names {
    private static final String LABEL_FORM = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
    private static final Pattern LABEL = Pattern.compile(LABEL_FORM);
    private static final Pattern SUBDOMAIN = Pattern.compile(LABEL_FORM + "(\\." + LABEL_FORM + ")*");
    private static final Pattern SERVICE = Pattern.compile("[a-z]([-a-z0-9]*[a-z0-9])?");
    private static final Pattern QUALIFIED = Pattern.compile("([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]");
    private static final Pattern VALUE = Pattern.compile("(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?");
    private static final int ANNOTATIONS_LIMIT = 256 * 1024;

    private static final String LABEL_RULE =
            "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and"
                    + " end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation"
                    + " is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
    private static final String SUBDOMAIN_RULE =
            "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must"
                    + " start and end with an alphanumeric character (e.g. 'example.com', regex used for validation"
                    + " is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
    private static final String SERVICE_RULE =
            "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic"
                    + " character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used"
                    + " for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";
    private static final String QUALIFIED_RULE =
            "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an"
                    + " alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for"
                    + " validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
    private static final String SLASHES_RULE = QUALIFIED_RULE.replace("name part", "a qualified name")
            + " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')";
    private static final String VALUE_RULE =
            "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must"
                    + " start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345',"
                    + " regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

    private Names() {}

    static void label(String name, String at, FieldErrors errors) {
        check(name, LABEL, 63, LABEL_RULE, at, errors);
    }

    static void subdomain(String name, String at, FieldErrors errors) {
        check(name, SUBDOMAIN, 253, SUBDOMAIN_RULE, at, errors);
    }

    static void service(String name, String at, FieldErrors errors) {
        check(name, SERVICE, 63, SERVICE_RULE, at, errors);
    }

    /** The names of roles and bindings, which may hold anything that is one segment of a path. */
    static void pathSegment(String name, String at, FieldErrors errors) {
        if (name.equals(".") || name.equals("..")) {
            errors.invalid(at, name, "may not be '" + name + "'");
        }
        for (String illegal : new String[] {"/", "%"}) {
            if (name.contains(illegal)) {
                errors.invalid(at, name, "may not contain '" + illegal + "'");
            }
        }
    }

    private static void check(String name, Pattern form, int limit, String rule, String at, FieldErrors errors) {
        if (name.length() > limit) {
            errors.invalid(at, name, "must be no more than " + limit + " characters");
        }
        if (!form.matcher(name).matches()) {
            errors.invalid(at, name, rule);
        }
    }

    static void labels(JsonNode labels, String at, FieldErrors errors) {
        for (Map.Entry<String, JsonNode> label : labels.properties()) {
            qualified(label.getKey(), at, errors);
            String value = label.getValue().asText();
            if (value.length() > 63) {
                errors.invalid(at, value, "must be no more than 63 characters");
            }
            if (!VALUE.matcher(value).matches()) {
                errors.invalid(at, value, VALUE_RULE);
            }
        }
    }

    static void annotations(JsonNode annotations, String at, FieldErrors errors) {
        long total = 0;
        for (Map.Entry<String, JsonNode> annotation : annotations.properties()) {
            qualified(annotation.getKey().toLowerCase(Locale.ROOT), at, errors);
            total += annotation.getKey().length()
                    + annotation.getValue().asText().length();
        }
        if (total > ANNOTATIONS_LIMIT) {
            errors.tooLong(at, ANNOTATIONS_LIMIT);
        }
    }

    /** A label key: an optional DNS prefix, a slash, a name of at most 63 characters. */
    static void qualified(String key, String at, FieldErrors errors) {
        int slash = key.indexOf('/');
        if (slash != key.lastIndexOf('/')) {
            errors.invalid(at, key, SLASHES_RULE);
            return;
        }
        String prefix = slash < 0 ? "" : key.substring(0, slash);
        String name = key.substring(slash + 1);
        if (slash == 0) {
            errors.invalid(at, key, "prefix part must be non-empty");
        } else if (slash > 0 && !SUBDOMAIN.matcher(prefix).matches()) {
            errors.invalid(at, key, "prefix part " + SUBDOMAIN_RULE);
        }
        if (name.isEmpty()) {
            errors.invalid(at, TextNode.valueOf(key), "name part must be non-empty");
        } else if (name.length() > 63) {
            errors.invalid(at, key, "name part must be no more than 63 characters");
        }
        if (!QUALIFIED.matcher(name).matches()) {
            errors.invalid(at, key, QUALIFIED_RULE);
        }
    }
}
