WITH facts AS (
    SELECT
        claim,
        min(design) AS design,
        count(*) AS items,
        sum(participants) AS total,
        count(*) FILTER (WHERE bias = 2) AS high,
        count(*) FILTER (WHERE direction = 0) AS negative,
        count(*) FILTER (WHERE direction = 1) AS none,
        count(*) FILTER (WHERE direction = 2) AS positive
    FROM items
    GROUP BY claim
),
points AS (
    SELECT
        claim,
        CASE design WHEN 0 THEN 1 WHEN 1 THEN 2 ELSE 4 END AS start,
        CASE WHEN 2 * high >= items THEN 2 WHEN 4 * high >= items THEN 1 ELSE 0 END
        + CASE WHEN 2 * greatest(negative, none, positive) > items THEN 0 ELSE 1 END
        + CASE WHEN total < 1200 THEN 2 WHEN total < 1500 THEN 1 ELSE 0 END AS down,
        2 * positive > items AND total >= 1800 AS raised
    FROM facts
)
SELECT
    points.claim,
    claims.parent,
    claims.critical,
    CASE
        WHEN start = 2 AND down = 0 AND raised THEN 3
        WHEN start - down < 1 THEN 1
        ELSE start - down
    END AS grade
FROM points JOIN claims ON points.claim = claims.claim
ORDER BY points.claim
