SELECT coalesce(least_of.grade, 0) AS grade
FROM parents
LEFT JOIN (SELECT parent, min(grade) AS grade FROM graded WHERE critical GROUP BY parent) AS least_of
ON parents.parent = least_of.parent
ORDER BY parents.parent
