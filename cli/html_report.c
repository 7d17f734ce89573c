// html_report.c - an evaluation as one HTML file.
//
// SPDX-License-Identifier: Apache-2.0
#include "html_report.h"

#include <math.h>
#include <stdlib.h>

enum { HEAT_MAP_CLASS_LIMIT = 100 };

static const char *const head =
    "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width\"><title>thimble eval</title>\n<style>\n"
    "body{font:15px/1.5 system-ui,sans-serif;color:#222;max-width:70rem;margin:2rem auto;padding:0 1rem}\n"
    "h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem}.big{font-size:2.2rem}\n"
    "table{border-collapse:collapse}td,th{padding:.25rem .55rem;text-align:right;font-weight:normal}\n"
    "th{color:#555}.map td{min-width:2.2rem}.map .right{outline:1px solid #0005;outline-offset:-2px}\n"
    "ul{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:1rem}li{width:8.5rem}\n"
    "img{width:8.5rem;image-rendering:pixelated;display:block;background:#000}small{color:#555}\n"
    "</style></head><body>\n";

static void write_text(FILE *out, const char *text) {
    while (*text != 0) {
        const size_t byte_count = utf8_character_bytes(text);
        const unsigned char c = (unsigned char)*text;
        if (byte_count == 0 || c < 0x20 || c == 0x7f) {
            fputs("&#xfffd;", out);
        } else if (c == '<' || c == '>' || c == '&' || c == '"' || c == '\'') {
            fprintf(out, "&#%u;", c);
        } else {
            fwrite(text, 1, byte_count, out);
        }
        text += byte_count > 0 ? byte_count : 1;
    }
}

static void write_base64(FILE *out, const uint8_t *bytes, size_t byte_count) {
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < byte_count; i += 3) {
        const size_t left = byte_count - i;
        const uint32_t group = (uint32_t)bytes[i] << 16 | (left > 1 ? (uint32_t)bytes[i + 1] << 8 : 0) |
                               (left > 2 ? (uint32_t)bytes[i + 2] : 0);
        fputc(digits[group >> 18], out);
        fputc(digits[group >> 12 & 63], out);
        fputc(left > 1 ? digits[group >> 6 & 63] : '=', out);
        fputc(left > 2 ? digits[group & 63] : '=', out);
    }
}

static void write_heat_map(FILE *out, const score *result) {
    fputs("<h2>Confusion matrix</h2><p>A row per true class, a column per answer; colour: share of the row.</p>\n"
          "<table class=\"map\"><tr><th></th>",
          out);
    for (size_t answer = 0; answer < result->class_count; answer++) {
        fputs("<th>", out);
        write_text(out, result->list->names[answer]);
        fputs("</th>", out);
    }
    fputs("</tr>\n", out);
    for (size_t truth = 0; truth < result->class_count; truth++) {
        const uint64_t row = score_class_pictures(result, truth);
        fputs("<tr><th>", out);
        write_text(out, result->list->names[truth]);
        fputs("</th>", out);
        for (size_t answer = 0; answer < result->class_count; answer++) {
            const uint64_t count = score_confusion(result, truth, answer);
            // The square root lets rare mistakes show.
            const double share = row > 0 ? sqrt((double)count / (double)row) : 0;
            fprintf(out, "<td%s style=\"background:rgba(%s,%.3f)%s\">%llu</td>",
                    truth == answer ? " class=\"right\"" : "", truth == answer ? "30,120,70" : "200,60,30", share,
                    share > 0.7 ? ";color:#fff" : "", (unsigned long long)count);
        }
        fputs("</tr>\n", out);
    }
    fputs("</table>\n", out);
}

static void write_share(FILE *out, double value) {
    if (isnan(value)) {
        fputs("<td>&ndash;</td>", out);
    } else {
        fprintf(out, "<td>%.4f</td>", value);
    }
}

static void write_table(FILE *out, const score *result) {
    fputs("<h2>Classes</h2>\n<table><tr><th></th><th>precision</th><th>recall</th><th>pictures</th></tr>\n", out);
    for (size_t i = 0; i < result->class_count; i++) {
        fputs("<tr><th>", out);
        write_text(out, result->list->names[i]);
        fputs("</th>", out);
        write_share(out, score_precision(result, i));
        write_share(out, score_recall(result, i));
        fprintf(out, "<td>%llu</td></tr>\n", (unsigned long long)score_class_pictures(result, i));
    }
    fputs("</table>\n", out);
}

static cli_status write_mistakes(FILE *out, const score *result, const html_mistake *mistakes, size_t mistake_count) {
    fprintf(out, "<h2>Worst mistakes</h2><p>%zu of %zu, the surest first, as the model saw them.</p>\n<ul>\n",
            mistake_count, result->picture_count - result->correct_count);
    for (size_t i = 0; i < mistake_count; i++) {
        size_t byte_count = 0;
        uint8_t *png = picture_encode_png(&mistakes[i].seen, &byte_count);
        if (png == NULL) {
            return cli_fail(CLI_FAILED, "no memory for the report's pictures; close other programs");
        }
        fprintf(out, "<li><img alt=\"picture %zu\" src=\"data:image/png;base64,", mistakes[i].picture_index);
        write_base64(out, png, byte_count);
        free(png);
        fputs("\"><b>", out);
        write_text(out, result->list->names[mistakes[i].answer]);
        fprintf(out, "</b> %.1f %%<br><small>is ", 100 * mistakes[i].probability);
        write_text(out, result->list->names[mistakes[i].true_class]);
        fprintf(out, ", picture %zu</small></li>\n", mistakes[i].picture_index);
    }
    fputs("</ul>\n", out);
    return CLI_OK;
}

cli_status html_report_write(FILE *out, const score *result, const char *model_path, const char *data_path,
                             const html_mistake *mistakes, size_t mistake_count) {
    fputs(head, out);
    fputs("<h1>", out);
    write_text(out, model_path);
    fputs("</h1>\n<p>on ", out);
    write_text(out, data_path);
    fprintf(
        out,
        "</p>\n<p><span class=\"big\">%.2f %%</span> right: %zu of %zu pictures, %.1f &micro;s each on a desk</p>\n",
        100 * score_accuracy(result), result->correct_count, result->picture_count, result->picture_us);
    if (result->class_count <= HEAT_MAP_CLASS_LIMIT) {
        write_heat_map(out, result);
    }
    write_table(out, result);
    const cli_status status = write_mistakes(out, result, mistakes, mistake_count);
    fputs("</body></html>\n", out);
    return status;
}
