# Writes tests/synthesis/metafor.toml: what the R packages metafor and metadat make of published data sets.
#
#   apt-get install r-base-core r-cran-metafor r-cran-metadat
#   tests/synthesis/regenerate [--check]
#
# Iterations of metafor are run to a finer end than usual, so that what is left of a difference is ours.

# It warns of what is asked of it on purpose.
options(warn = -1)

suppressMessages({
  library(metafor)
  library(metadat)
})

number <- function(x) {
  x <- as.numeric(x)
  text <- sprintf("%.17g", x)
  ifelse(is.na(x), "nan", ifelse(grepl("[.eE]", text), text, paste0(text, ".0")))
}
numbers <- function(x) paste0("[", paste(number(x), collapse = ", "), "]")
counts <- function(x) paste0("[", paste(sprintf("%d", as.integer(x)), collapse = ", "), "]")
line <- function(name, text) cat(name, " = ", text, "\n", sep = "")

pooled <- function(yi, vi) {
  fine <- list(maxiter = 10000, threshold = 1e-12 * var(yi), tol = 1e-14, tau2.max = 1e9)
  for (method in c("FE", "DL", "PM", "REML")) for (test in c("z", "knha")) {
    res <- rma(yi, vi, method = method, test = test, control = fine)
    cat("\n[[set.pooled]]\n")
    line("method", sprintf('"%s"', method))
    line("test", sprintf('"%s"', test))
    line("estimate", number(res$beta))
    line("standard-error", number(res$se))
    line("interval", numbers(c(res$ci.lb, res$ci.ub)))
    line("p", number(res$pval))
    line("tau-squared", number(res$tau2))
    line("i-squared", number(res$I2))
    line("q", number(res$QE))
    line("q-p", number(res$QEp))
    if (method != "FE" && res$k > 2) {
      reach <- qt(0.975, res$k - 2) * sqrt(res$tau2 + res$se^2)
      line("prediction", numbers(c(res$beta - reach, res$beta + reach)))
    }
    if (method != "FE") {
      inside <- suppressWarnings(confint(res, control = list(tol = 1e-14, maxiter = 10000, tau2.max = 1e9)))$random
      line("tau-squared-interval", numbers(inside["tau^2", c("ci.lb", "ci.ub")]))
      line("i-squared-interval", numbers(inside["I^2(%)", c("ci.lb", "ci.ub")]))
    }
  }
}

# Without each study, one more at a time, halves of the studies as subgroups, and whether small studies differ.
parts <- function(yi, vi) {
  k <- length(yi)
  res <- rma(yi, vi, method = "DL")
  line("left-out", numbers(leave1out(res)$estimate))
  line("cumulative", numbers(cumul(res)$estimate))
  half <- k %/% 2
  each <- list(rma(yi[1:half], vi[1:half], method = "DL"), rma(yi[(half + 1):k], vi[(half + 1):k], method = "DL"))
  between <- rma(sapply(each, function(one) one$beta), sapply(each, function(one) one$se^2), method = "FE")
  line("subgroups", numbers(c(between$QE, between$QEp)))
  egger <- regtest(yi, vi, model = "lm")
  line("egger", numbers(c(coef(summary(egger$fit))[2, c(1, 2)], egger$zval, egger$pval)))
  begg <- suppressWarnings(ranktest(yi, vi))
  line("begg", numbers(c(begg$tau, begg$pval)))
}

# How many studies each side of the funnel lacks, and what comes of all once they are put in.
filled <- function(yi, vi) {
  res <- rma(yi, vi, method = "DL")
  for (side in c("left", "right")) {
    all <- tryCatch(trimfill(res, side = side, estimator = "L0"), error = function(e) NULL)
    if (!is.null(all)) line(paste0("lacking-", side), numbers(c(all$k0, all$beta, all$se)))
  }
}

begin <- function(name, measure) {
  cat("\n[[set]]\n")
  line("name", sprintf('"%s"', name))
  line("measure", sprintf('"%s"', measure))
}
effects <- function(yi, vi) {
  line("estimates", numbers(yi))
  line("variances", numbers(vi))
  parts(yi, vi)
  filled(yi, vi)
}

tables <- function(name, ai, n1i, ci, n2i) {
  keep <- !is.na(ai) & !is.na(n1i) & !is.na(ci) & !is.na(n2i)
  ai <- ai[keep]; n1i <- n1i[keep]; ci <- ci[keep]; n2i <- n2i[keep]
  for (measure in c("OR", "RR", "RD")) {
    es <- escalc(measure, ai = ai, n1i = n1i, ci = ci, n2i = n2i)
    begin(name, measure)
    line("events", counts(ai)); line("of", counts(n1i))
    line("comparator-events", counts(ci)); line("comparator-of", counts(n2i))
    effects(es$yi, es$vi)
    mh <- rma.mh(ai = ai, n1i = n1i, ci = ci, n2i = n2i, measure = measure)
    line("mantel-haenszel", numbers(c(mh$beta, mh$se, mh$ci.lb, mh$ci.ub, mh$pval, mh$QE, mh$QEp)))
    line("mantel-haenszel-weights", numbers(weights(mh)))
    if (measure == "OR") {
      peto <- rma.peto(ai = ai, n1i = n1i, ci = ci, n2i = n2i)
      line("peto", numbers(c(peto$beta, peto$se, peto$ci.lb, peto$ci.ub, peto$pval, peto$QE, peto$QEp)))
      line("peto-weights", numbers(weights(peto)))
    }
    pooled(es$yi, es$vi)
  }
}

rates <- function(name, x1i, t1i, x2i, t2i) {
  es <- escalc("IRR", x1i = x1i, t1i = t1i, x2i = x2i, t2i = t2i)
  begin(name, "IRR")
  line("events", counts(x1i)); line("time", numbers(t1i))
  line("comparator-events", counts(x2i)); line("comparator-time", numbers(t2i))
  effects(es$yi, es$vi)
  pooled(es$yi, es$vi)
}

means <- function(name, d) {
  d <- d[complete.cases(d[, c("n1i", "m1i", "sd1i", "n2i", "m2i", "sd2i")]), ]
  for (measure in c("MD", "SMD")) {
    es <- escalc(measure, n1i = n1i, m1i = m1i, sd1i = sd1i, n2i = n2i, m2i = m2i, sd2i = sd2i, data = d)
    begin(name, measure)
    line("of", counts(d$n1i)); line("mean", numbers(d$m1i)); line("sd", numbers(d$sd1i))
    line("comparator-of", counts(d$n2i)); line("comparator-mean", numbers(d$m2i)); line("comparator-sd", numbers(d$sd2i))
    effects(es$yi, es$vi)
    pooled(es$yi, es$vi)
  }
}

generic <- function(name, yi, vi) {
  keep <- !is.na(yi) & !is.na(vi)
  begin(name, "generic")
  effects(yi[keep], vi[keep])
  pooled(yi[keep], vi[keep])
}

cat("# Written by metafor.R beside it: metafor", as.character(packageVersion("metafor")), "and metadat",
  as.character(packageVersion("metadat")), "on", R.version.string, "\n")

tables("dat.bcg", dat.bcg$tpos, dat.bcg$tpos + dat.bcg$tneg, dat.bcg$cpos, dat.bcg$cpos + dat.bcg$cneg)
for (name in c("dat.egger2001", "dat.hahn2001", "dat.hine1989", "dat.lau1992", "dat.lee2004", "dat.li2007",
  "dat.nielweise2007", "dat.graves2010", "dat.laopaiboon2015", "dat.linde2005")) {
  d <- get(name)
  tables(name, d$ai, d$n1i, d$ci, d$n2i)
}
tables("dat.damico2009", dat.damico2009$xt, dat.damico2009$nt, dat.damico2009$xc, dat.damico2009$nc)
tables("dat.dorn2007", dat.dorn2007$x.a, dat.dorn2007$n.a, dat.dorn2007$x.p, dat.dorn2007$n.p)
tables("dat.viechtbauer2021", dat.viechtbauer2021$xTi, dat.viechtbauer2021$nTi, dat.viechtbauer2021$xCi,
  dat.viechtbauer2021$nCi)
tables("dat.collins1985a", dat.collins1985a$b.xti, dat.collins1985a$nti, dat.collins1985a$b.xci, dat.collins1985a$nci)
tables("dat.collins1985b", dat.collins1985b$pre.xti, dat.collins1985b$pre.nti, dat.collins1985b$pre.xci,
  dat.collins1985b$pre.nci)
rates("dat.nielweise2008", dat.nielweise2008$x1i, dat.nielweise2008$t1i, dat.nielweise2008$x2i, dat.nielweise2008$t2i)
rates("dat.hart1999", dat.hart1999$x1i, dat.hart1999$t1i, dat.hart1999$x2i, dat.hart1999$t2i)
means("dat.normand1999", dat.normand1999)
means("dat.gibson2002", dat.gibson2002)
means("dat.curtis1998", dat.curtis1998)
generic("dat.bangertdrowns2004", dat.bangertdrowns2004$yi, dat.bangertdrowns2004$vi)
generic("dat.raudenbush1985", dat.raudenbush1985$yi, dat.raudenbush1985$vi)
generic("dat.baskerville2012", dat.baskerville2012$smd, dat.baskerville2012$se^2)
generic("dat.hackshaw1998", dat.hackshaw1998$yi, dat.hackshaw1998$vi)
generic("dat.konstantopoulos2011", dat.konstantopoulos2011$yi, dat.konstantopoulos2011$vi)
generic("dat.begg1989", dat.begg1989$yi, dat.begg1989$vi)
