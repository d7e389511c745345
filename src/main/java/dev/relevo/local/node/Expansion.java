package dev.relevo.local.node;

import java.util.Map;

/** Kubernetes' {@code $(NAME)} references: unknown names stay as they are, {@code $$} is a dollar sign. */
final class Expansion {
    private Expansion() {}

    static String expand(String text, Map<String, String> values) {
        StringBuilder out = new StringBuilder();
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c != '$' || at + 1 == text.length()) {
                out.append(c);
                at++;
            } else if (text.charAt(at + 1) == '$') {
                out.append('$');
                at += 2;
            } else if (text.charAt(at + 1) == '(' && text.indexOf(')', at) > 0) {
                int end = text.indexOf(')', at);
                String name = text.substring(at + 2, end);
                String value = values.get(name);
                out.append(value == null ? "$(" + name + ")" : value);
                at = end + 1;
            } else {
                out.append(c);
                at++;
            }
        }
        return out.toString();
    }
}
